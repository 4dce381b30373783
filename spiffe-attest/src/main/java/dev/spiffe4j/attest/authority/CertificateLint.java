package dev.spiffe4j.attest.authority;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.authority.AuthorityException.Reason;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks what was signed before it leaves: the verifier of the peers must accept it, as whom it was
 * meant for. A wrong signature of a key elsewhere and an error of our own end here.
 */
final class CertificateLint {
  private static final Set<String> SERVER_AND_CLIENT =
      Set.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

  private final InstantSource clock;
  private final SignatureProvider signatures;

  /** Of the issuer that was last seen, whose key it keeps in the form that is fast. */
  private volatile @Nullable Known known;

  private record Known(X509Issuer issuer, X509SvidVerifier verifier) {}

  CertificateLint(InstantSource clock, SignatureProvider signatures) {
    this.clock = clock;
    this.signatures = signatures;
  }

  /** Checks a leaf and returns it with the chain above it. */
  List<X509Certificate> check(
      X509Issuer issuer, CertificateTemplate template, PublicKey key, X509Certificate leaf) {
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(leaf);
    chain.addAll(issuer.chain());

    VerifiedPeer peer = verify(issuer, chain);
    require(peer.spiffeId().equals(template.spiffeId()), "SPIFFE ID");
    require(leaf.getPublicKey().equals(key), "public key");
    require(!leaf.getNotAfter().toInstant().isAfter(issuer.expiresAt()), "validity");
    require(leaf.getSerialNumber().signum() > 0, "serial number");
    require(extendedKeyUsage(leaf).containsAll(SERVER_AND_CLIENT), "extended key usage");
    return List.copyOf(chain);
  }

  private VerifiedPeer verify(X509Issuer issuer, List<X509Certificate> chain) {
    try {
      return verifier(issuer).verify(chain);
    } catch (SvidVerificationException e) {
      throw new AuthorityException(
          Reason.BAD_RESULT, "our own verifier refuses the certificate: " + e.reason(), e);
    }
  }

  private X509SvidVerifier verifier(X509Issuer issuer) {
    Known last = known;
    if (last == null || !last.issuer().equals(issuer)) {
      last = new Known(issuer, newVerifier(issuer.roots()));
      known = last;
    }
    return last.verifier();
  }

  private X509SvidVerifier newVerifier(X509Bundle roots) {
    return X509SvidVerifier.builder(
            trustDomain -> Optional.of(roots).filter(has -> has.trustDomain().equals(trustDomain)))
        .clock(clock)
        .signatureProvider(signatures)
        .build();
  }

  private static Collection<String> extendedKeyUsage(X509Certificate leaf) {
    try {
      @Nullable List<String> usages = leaf.getExtendedKeyUsage();
      return usages == null ? List.of() : usages;
    } catch (CertificateParsingException e) {
      throw new AuthorityException(Reason.BAD_RESULT, "extended key usage cannot be read", e);
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AuthorityException(Reason.BAD_RESULT, "certificate has another " + what);
    }
  }
}
