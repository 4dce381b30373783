package dev.spiffe4j;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** A verified path: certificates from the leaf up, and the authority that signed the last one. */
record X509Path(List<X509Certificate> chain, X509Certificate authority) {
  /** Whether all certificates of the path are valid at a time. */
  boolean isValidAt(Instant now) {
    return isValid(authority, now) && chain.stream().allMatch(link -> isValid(link, now));
  }

  private static boolean isValid(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }
}
