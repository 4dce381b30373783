package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/** The checks of RFC 5280 §6.1 on single certificates, applied to authorities of bundles too. */
final class X509Constraints {
  private static final int MAX_SERIAL_BITS = 8 * 20;

  // keyUsage, subjectAltName, basicConstraints, nameConstraints, extKeyUsage
  private static final Set<String> UNDERSTOOD =
      Set.of("2.5.29.15", "2.5.29.17", "2.5.29.19", NameConstraints.EXTENSION, "2.5.29.37");

  private X509Constraints() {}

  /** What every certificate of a path, its authority included, must satisfy at any time. */
  static void checkCertificate(X509Certificate certificate) {
    checkCriticalExtensions(certificate);
    UnreadableExtensions.refuse(certificate);
    SignatureAlgorithm.check(certificate);
    // §4.1.2.2. Zero is tolerated: some authorities have it.
    BigInteger serial = certificate.getSerialNumber();
    if (serial.signum() < 0 || serial.bitLength() > MAX_SERIAL_BITS) {
      throw refused(Reason.BAD_PROFILE, "serial number is negative or longer than 20 bytes");
    }
    X509Keys.check(certificate.getPublicKey());
    MlDsa.checkEncoding(certificate);
  }

  private static void checkCriticalExtensions(X509Certificate certificate) {
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical == null || UNDERSTOOD.containsAll(critical)) {
      return;
    }
    Set<String> unknown = new TreeSet<>(critical);
    unknown.removeAll(UNDERSTOOD);
    throw refused(
        Reason.UNSUPPORTED_EXTENSION,
        "critical extensions not understood: " + SpiffeIdSyntax.printable(unknown.toString()));
  }

  /** RFC 5280 §6.1.3 (a) (2); both ends are included. */
  static void checkValidity(X509Certificate certificate, Instant now) {
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw refused(Reason.NOT_YET_VALID, "valid from " + certificate.getNotBefore().toInstant());
    }
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw refused(Reason.EXPIRED, "expired at " + certificate.getNotAfter().toInstant());
    }
  }

  static boolean isSelfIssued(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  private static SvidVerificationException refused(Reason reason, String message) {
    return new SvidVerificationException(reason, message);
  }
}
