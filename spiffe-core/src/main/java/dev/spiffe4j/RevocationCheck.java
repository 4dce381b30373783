package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the certificates of a path to the lists of their issuers (RFC 5280 §6.3, without deltas).
 */
final class RevocationCheck {
  private static final int CRL_SIGN = 6;
  private static final String CRL_NUMBER = "2.5.29.20";

  private final RevocationLists lists;
  private final Instant now;
  private final SignatureCheck signatures;

  RevocationCheck(RevocationLists lists, Instant now, SignatureCheck signatures) {
    this.lists = lists;
    this.now = now;
    this.signatures = signatures;
  }

  void check(X509Path path) {
    if (lists.isEmpty()) {
      return;
    }
    List<X509Certificate> chain = path.chain();
    for (int i = 0; i < chain.size(); i++) {
      check(chain.get(i), i + 1 < chain.size() ? chain.get(i + 1) : path.authority());
    }
  }

  private void check(X509Certificate certificate, X509Certificate issuer) {
    KeyIdentifier key = KeyIdentifier.ofSubject(issuer);
    for (X509CRL list : lists.of(issuer.getSubjectX500Principal())) {
      // Several authorities of a trust domain may share a name.
      if (key.matches(KeyIdentifier.ofIssuer(list)) == KeyIdentifier.Match.DIFFERENT) {
        continue;
      }
      checkList(list, issuer);
      if (list.getRevokedCertificate(certificate) != null) {
        throw new SvidVerificationException(Reason.REVOKED, "certificate is on its issuer's CRL");
      }
    }
  }

  /** A list that cannot be relied on proves nothing, and nothing is not good enough. */
  private void checkList(X509CRL list, X509Certificate issuer) {
    Set<String> critical = list.getCriticalExtensionOIDs();
    if (critical != null && !critical.isEmpty()) {
      throw unreliable("has critical extensions that are not understood", null);
    }
    // §5.2.3: every list has a number.
    if (list.getExtensionValue(CRL_NUMBER) == null) {
      throw unreliable("has no number", null);
    }
    Date nextUpdate = list.getNextUpdate();
    if (now.isBefore(list.getThisUpdate().toInstant())
        || nextUpdate == null
        || now.isAfter(nextUpdate.toInstant())) {
      throw unreliable("is out of date", null);
    }
    boolean[] usage = issuer.getKeyUsage();
    if (usage == null || !usage[CRL_SIGN]) {
      throw unreliable("is of an issuer that may not sign CRLs", null);
    }
    if (!SignatureAlgorithm.isAllowed(list)) {
      throw unreliable("is signed with an algorithm that is not accepted", null);
    }
    try {
      signatures.verify(list, issuer.getPublicKey());
    } catch (GeneralSecurityException | RuntimeException e) {
      throw unreliable("is not signed by its issuer", e);
    }
  }

  private static SvidVerificationException unreliable(String problem, @Nullable Exception cause) {
    String message = "a CRL of the issuer " + problem;
    return cause == null
        ? new SvidVerificationException(Reason.REVOCATION_UNKNOWN, message)
        : new SvidVerificationException(Reason.REVOCATION_UNKNOWN, message, cause);
  }
}
