package dev.spiffe4j.attest.agent;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.TrustBundle.JwtAuthority;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  HeldBundle(TrustBundle bundle) {
    this.bundle = bundle;
    this.x509Bundle = bundle.x509Bundle();
    this.jwtBundle = bundle.jwtBundle();
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

  /** Who signed a chain; the last certificate is the nearest to an authority. */
  Trust trust(List<X509Certificate> chain) {
    Trust best = Trust.UNTRUSTED;
    for (TrustBundle.X509Authority authority : bundle.x509Authorities()) {
      if (chain.stream().noneMatch(certificate -> signs(authority.certificate(), certificate))) {
        continue;
      }
      if (!authority.tainted()) {
        return Trust.TRUSTED;
      }
      best = Trust.TAINTED;
    }
    return best;
  }

  private static boolean signs(X509Certificate authority, X509Certificate certificate) {
    if (!authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
