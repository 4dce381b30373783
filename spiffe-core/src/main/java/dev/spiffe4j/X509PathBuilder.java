package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a path from a leaf to an authority of a bundle and validates it as of RFC 5280 §6, the
 * authority included. Serves one verification.
 */
final class X509PathBuilder {
  /** Attackers choose the certificates, so the number of signature checks is bounded. */
  private static final int MAX_SIGNATURE_CHECKS = 32;

  private final List<X509Certificate> presented;
  private final X509Bundle bundle;
  private final Instant now;
  private final List<X509Certificate> chain = new ArrayList<>();
  private int signatureChecks;
  private @Nullable SvidVerificationException firstFailure;

  X509PathBuilder(List<X509Certificate> presented, X509Bundle bundle, Instant now) {
    this.presented = presented;
    this.bundle = bundle;
    this.now = now;
  }

  X509Path build() {
    X509Certificate leaf = presented.get(0);
    X509Constraints.checkCertificate(leaf, now);
    chain.add(leaf);
    X509Certificate authority = climb(leaf);
    if (authority == null) {
      throw Optional.ofNullable(firstFailure)
          .orElseGet(
              () ->
                  new SvidVerificationException(
                      Reason.UNTRUSTED_CHAIN,
                      "no path to an authority of trust domain " + bundle.trustDomain()));
    }
    return new X509Path(List.copyOf(chain), authority);
  }

  /** Depth-first search for the authority above a certificate; null if there is none. */
  private @Nullable X509Certificate climb(X509Certificate certificate) {
    for (X509Certificate authority : candidates(certificate, bundle.authorities())) {
      if (signs(authority, certificate)) {
        return authority;
      }
    }
    for (X509Certificate issuer : candidates(certificate, presented)) {
      if (chain.contains(issuer) || !signs(issuer, certificate)) {
        continue;
      }
      chain.add(issuer);
      X509Certificate authority = climb(issuer);
      if (authority != null) {
        return authority;
      }
      chain.remove(chain.size() - 1);
    }
    return null;
  }

  private static List<X509Certificate> candidates(
      X509Certificate certificate, Collection<X509Certificate> issuers) {
    List<X509Certificate> named = new ArrayList<>();
    for (X509Certificate issuer : issuers) {
      if (issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        named.add(issuer);
      }
    }
    return named.isEmpty() ? Collections.emptyList() : named;
  }

  /** Whether a certificate may sign, and did sign, the last one of the chain so far. */
  private boolean signs(X509Certificate issuer, X509Certificate certificate) {
    try {
      X509Constraints.checkAuthority(issuer, chain, now);
      checkSignature(issuer, certificate);
      return true;
    } catch (SvidVerificationException e) {
      firstFailure = firstFailure == null ? e : firstFailure;
      return false;
    }
  }

  private void checkSignature(X509Certificate issuer, X509Certificate certificate) {
    if (++signatureChecks > MAX_SIGNATURE_CHECKS) {
      throw new SvidVerificationException(
          Reason.TOO_LARGE, "more than " + MAX_SIGNATURE_CHECKS + " signatures to check");
    }
    try {
      certificate.verify(issuer.getPublicKey());
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new SvidVerificationException(
          Reason.UNTRUSTED_CHAIN, "not signed by an authority of " + bundle.trustDomain(), e);
    }
  }
}
