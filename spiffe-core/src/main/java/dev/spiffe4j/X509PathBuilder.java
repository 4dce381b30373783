package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Finds a path from a leaf to an authority of a bundle and validates it as of RFC 5280 §6, the
 * authority included. Serves one verification.
 */
final class X509PathBuilder {
  /** Attackers choose the certificates, so the number of signature checks is bounded. */
  private static final int MAX_SIGNATURE_CHECKS = 32;

  /** The same for steps of the search that cost no signature. */
  private static final int MAX_STEPS = 512;

  private final List<X509Certificate> presented;
  private final TrustAnchors anchors;
  private final Instant now;
  private final List<X509Certificate> chain = new ArrayList<>();
  private final List<X509Issuer> issuers = new ArrayList<>();
  private int signatureChecks;
  private int steps;
  private @Nullable SvidVerificationException firstFailure;

  X509PathBuilder(List<X509Certificate> presented, TrustAnchors anchors, Instant now) {
    this.presented = presented;
    this.anchors = anchors;
    this.now = now;
  }

  X509Path build() {
    X509Certificate leaf = presented.get(0);
    X509Constraints.checkCertificate(leaf);
    X509Constraints.checkValidity(leaf, now);
    // RFC 5280 §4.2.1.10: only issuers constrain names.
    if (Extensions.of(leaf).isPresent(Extensions.NAME_CONSTRAINTS)) {
      throw new SvidVerificationException(Reason.BAD_PROFILE, "leaf has name constraints");
    }
    chain.add(leaf);
    X509Certificate authority = climb(leaf);
    if (authority == null) {
      throw Optional.ofNullable(firstFailure).orElseGet(anchors::untrusted);
    }
    anchors.remember(issuers);
    return new X509Path(List.copyOf(chain), authority);
  }

  /** Depth-first search for the authority above a certificate; null if there is none. */
  private @Nullable X509Certificate climb(X509Certificate certificate) {
    X500Principal name = anchors.known(certificate.getIssuerX500Principal());
    anchors.failureOf(name).ifPresent(this::failed);
    for (X509Issuer anchor : likeliestFirst(anchors.named(name), certificate)) {
      if (issued(anchor, certificate) && isWholeValid(anchor)) {
        return anchor.certificate();
      }
    }
    for (X509Issuer issuer : likeliestFirst(presented(name), certificate)) {
      if (!issued(issuer, certificate)) {
        continue;
      }
      chain.add(issuer.certificate());
      issuers.add(issuer);
      X509Certificate authority = climb(issuer.certificate());
      if (authority != null) {
        return authority;
      }
      chain.remove(chain.size() - 1);
      issuers.remove(issuers.size() - 1);
    }
    return null;
  }

  private List<X509Issuer> presented(X500Principal name) {
    List<X509Issuer> named = new ArrayList<>();
    for (X509Certificate certificate : presented) {
      X500Principal subject = anchors.known(certificate.getSubjectX500Principal());
      if (subject.equals(name) && !chain.contains(certificate)) {
        anchors
            .issuer(certificate)
            .ifPresentOrElse(named::add, () -> attempt(() -> named.add(issuer(certificate))));
      }
    }
    return named;
  }

  private X509Issuer issuer(X509Certificate certificate) {
    X509Issuer issuer = X509Issuer.of(certificate, anchors.signatures());
    // X509-SVID §3.2; authorities of a bundle are not refused for their names.
    X509Profile.checkAuthorityName(certificate);
    return issuer;
  }

  private static List<X509Issuer> likeliestFirst(
      List<X509Issuer> candidates, X509Certificate certificate) {
    return candidates.size() < 2
        ? candidates
        : candidates.stream()
            .sorted(Comparator.comparing(issuer -> issuer.matches(certificate)))
            .toList();
  }

  /** Whether an issuer may sign, and did sign, the last certificate of the chain so far. */
  private boolean issued(X509Issuer issuer, X509Certificate certificate) {
    if (++steps > MAX_STEPS) {
      throw new SvidVerificationException(Reason.TOO_LARGE, "too many paths to try");
    }
    return attempt(
        () -> {
          issuer.checkAbove(issuers, now);
          checkSigned(issuer, certificate);
        });
  }

  private void checkSigned(X509Issuer issuer, X509Certificate certificate) {
    if (anchors.isProven(certificate, issuer.certificate())) {
      return;
    }
    if (++signatureChecks > MAX_SIGNATURE_CHECKS) {
      throw new SvidVerificationException(
          Reason.TOO_LARGE, "more than " + MAX_SIGNATURE_CHECKS + " signatures to check");
    }
    issuer.checkSigned(certificate, anchors.signatures());
  }

  /** What only a whole path can break: names and usages. */
  private boolean isWholeValid(X509Issuer anchor) {
    return attempt(
        () -> {
          anchor.checkNames(chain);
          for (int i = 0; i < issuers.size(); i++) {
            issuers.get(i).checkNames(chain.subList(0, i + 1));
          }
          ExtendedKeyUsage.checkPath(chain.get(0), issuers, anchor);
        });
  }

  private boolean attempt(Runnable check) {
    try {
      check.run();
      return true;
    } catch (SvidVerificationException e) {
      failed(e);
      return false;
    }
  }

  private void failed(SvidVerificationException failure) {
    firstFailure = firstFailure == null ? failure : firstFailure;
  }
}
