package dev.spiffe4j.attest.agent;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.TrustBundle.JwtAuthority;
import dev.spiffe4j.attest.TrustBundle.X509Authority;
import dev.spiffe4j.attest.crypto.BouncyCastle;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/** One trust domain's bundle, in the forms that callers get it. Immutable. */
final class HeldBundle {
  /** What a bundle says of a chain. */
  enum Trust {
    /** Signed by an authority of the bundle. */
    TRUSTED,
    /** Signed by an authority whose signatures are being replaced. */
    TAINTED,
    /** Signed by no authority of the bundle. */
    UNTRUSTED
  }

  private final TrustBundle bundle;
  private final X509Bundle x509Bundle;
  private final JwtBundle jwtBundle;
  private final List<Signer> signers;

  HeldBundle(TrustBundle bundle) {
    this.bundle = bundle;
    this.x509Bundle = bundle.x509Bundle();
    this.jwtBundle = bundle.jwtBundle();
    this.signers = bundle.x509Authorities().stream().map(Signer::of).toList();
  }

  /** This one if it holds the same authorities, else a new one. */
  HeldBundle replacedBy(TrustBundle latest) {
    boolean same =
        latest.x509Authorities().equals(bundle.x509Authorities())
            && latest.jwtAuthorities().equals(bundle.jwtAuthorities());
    return same ? this : new HeldBundle(latest);
  }

  TrustBundle bundle() {
    return bundle;
  }

  TrustDomain trustDomain() {
    return bundle.trustDomain();
  }

  X509Bundle x509Bundle() {
    return x509Bundle;
  }

  JwtBundle jwtBundle() {
    return jwtBundle;
  }

  /** The JWT authorities that are not tainted. */
  JwtBundle untaintedJwtBundle() {
    Map<String, PublicKey> keys = new LinkedHashMap<>();
    for (JwtAuthority authority : bundle.jwtAuthorities()) {
      if (!authority.tainted()) {
        keys.put(authority.keyId(), authority.publicKey());
      }
    }
    return JwtBundle.of(trustDomain(), keys);
  }

  /** Who signed a chain: one certificate of it is signed by an authority. */
  Trust trust(List<X509Certificate> chain) {
    Trust best = Trust.UNTRUSTED;
    for (Signer signer : signers) {
      if (chain.stream().noneMatch(signer::signed)) {
        continue;
      }
      if (!signer.tainted()) {
        return Trust.TRUSTED;
      }
      best = Trust.TAINTED;
    }
    return best;
  }

  /** An authority with its key in the form that verifies the fastest. */
  private record Signer(X500Principal name, PublicKey key, boolean tainted) {
    static Signer of(X509Authority authority) {
      X509Certificate certificate = authority.certificate();
      return new Signer(
          certificate.getSubjectX500Principal(),
          fastForm(certificate.getPublicKey()),
          authority.tainted());
    }

    private static PublicKey fastForm(PublicKey key) {
      try {
        return KeyFactory.getInstance(key.getAlgorithm(), BouncyCastle.provider())
            .generatePublic(new X509EncodedKeySpec(key.getEncoded()));
      } catch (GeneralSecurityException e) {
        // Verifies nothing, then.
        return key;
      }
    }

    boolean signed(X509Certificate certificate) {
      if (!certificate.getIssuerX500Principal().equals(name)) {
        return false;
      }
      try {
        certificate.verify(key, BouncyCastle.provider());
        return true;
      } catch (GeneralSecurityException | RuntimeException e) {
        return false;
      }
    }
  }
}
