package dev.spiffe4j.attest.wire;

import com.google.protobuf.ByteString;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.TrustBundle.JwtAuthority;
import dev.spiffe4j.attest.TrustBundle.X509Authority;
import dev.spiffe4j.attest.crypto.CertificateCodec;
import dev.spiffe4j.attest.crypto.PublicKeys;
import dev.spiffe4j.attest.proto.types.Bundle;
import dev.spiffe4j.attest.proto.types.BundleMask;
import dev.spiffe4j.attest.proto.types.JWTKey;
import dev.spiffe4j.attest.proto.types.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Trust bundles on the wire. */
public final class BundleMessages {
  /** All fields. */
  public static final BundleMask ALL =
      BundleMask.newBuilder()
          .setX509Authorities(true)
          .setJwtAuthorities(true)
          .setRefreshHint(true)
          .setSequenceNumber(true)
          .setWitAuthorities(true)
          .build();

  private static final int MAX_AUTHORITIES = 1000;

  private BundleMessages() {}

  /** Writes what a mask asks for; the trust domain always. */
  public static Bundle toMessage(TrustBundle bundle, BundleMask mask) {
    Bundle.Builder message = Bundle.newBuilder().setTrustDomain(bundle.trustDomain().name());
    if (mask.getX509Authorities()) {
      bundle.x509Authorities().forEach(has -> message.addX509Authorities(toMessage(has)));
    }
    if (mask.getJwtAuthorities()) {
      bundle.jwtAuthorities().forEach(has -> message.addJwtAuthorities(toMessage(has)));
    }
    if (mask.getRefreshHint()) {
      message.setRefreshHint(bundle.refreshHint().toSeconds());
    }
    if (mask.getSequenceNumber()) {
      message.setSequenceNumber(bundle.sequenceNumber());
    }
    return message.build();
  }

  private static X509Certificate toMessage(X509Authority authority) {
    return X509Certificate.newBuilder()
        .setAsn1(ByteString.copyFrom(CertificateCodec.encode(authority.certificate())))
        .setTainted(authority.tainted())
        .build();
  }

  private static JWTKey toMessage(JwtAuthority authority) {
    return JWTKey.newBuilder()
        .setPublicKey(ByteString.copyFrom(authority.publicKey().getEncoded()))
        .setKeyId(authority.keyId())
        .setExpiresAt(authority.expiresAt().getEpochSecond())
        .setTainted(authority.tainted())
        .build();
  }

  /** Reads a bundle with all fields. */
  public static TrustBundle bundle(Bundle message) {
    if (message.getX509AuthoritiesCount() > MAX_AUTHORITIES
        || message.getJwtAuthoritiesCount() > MAX_AUTHORITIES) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "bundle of more than " + MAX_AUTHORITIES + " authorities");
    }
    List<X509Authority> x509 = new ArrayList<>();
    for (X509Certificate authority : message.getX509AuthoritiesList()) {
      x509.add(
          new X509Authority(
              CertificateCodec.parse(authority.getAsn1().toByteArray()), authority.getTainted()));
    }
    List<JwtAuthority> jwt = new ArrayList<>();
    for (JWTKey key : message.getJwtAuthoritiesList()) {
      jwtAuthority(key).ifPresent(jwt::add);
    }
    return new TrustBundle(
        Ids.trustDomain(message.getTrustDomain()),
        x509,
        jwt,
        message.getSequenceNumber(),
        Times.duration(message.getRefreshHint()));
  }

  private static Optional<JwtAuthority> jwtAuthority(JWTKey message) {
    if (message.getKeyId().isEmpty()) {
      throw new InvalidDocumentException(Reason.MALFORMED, "JWT authority without a key ID");
    }
    // Zero is a key without an end.
    Instant expiresAt =
        message.getExpiresAt() == 0 ? Times.END : Times.instant(message.getExpiresAt());
    try {
      return Optional.of(
          new JwtAuthority(
              message.getKeyId(),
              PublicKeys.parse(message.getPublicKey().toByteArray()),
              expiresAt,
              message.getTainted()));
    } catch (InvalidDocumentException e) {
      if (e.reason() == Reason.UNSUPPORTED_KEY) {
        // A kind of key that is not known here verifies nothing, and spoils nothing.
        return Optional.empty();
      }
      throw e;
    }
  }
}
