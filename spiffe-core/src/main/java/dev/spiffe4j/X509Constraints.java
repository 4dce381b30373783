package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The checks of RFC 5280 §6.1 on single certificates, applied to authorities of bundles too. */
final class X509Constraints {
  private static final int MAX_SERIAL_BITS = 8 * 20;

  private static final Set<Integer> UNDERSTOOD =
      Set.of(
          Extensions.KEY_USAGE,
          Extensions.SUBJECT_ALTERNATIVE_NAME,
          Extensions.BASIC_CONSTRAINTS,
          Extensions.NAME_CONSTRAINTS,
          Extensions.EXTENDED_KEY_USAGE);

  private X509Constraints() {}

  /** What every certificate of a path, its authority included, must satisfy at any time. */
  static void checkCertificate(X509Certificate certificate) {
    try {
      Extensions extensions = Extensions.of(certificate);
      checkCriticalExtensions(certificate, extensions);
      UnreadableExtensions.refuse(certificate, extensions);
    } catch (InvalidDocumentException e) {
      throw new SvidVerificationException(Reason.MALFORMED, "extensions cannot be read", e);
    }
    SignatureAlgorithm.check(certificate);
    // §4.1.2.2. Zero is tolerated: some authorities have it.
    BigInteger serial = certificate.getSerialNumber();
    if (serial.signum() < 0 || serial.bitLength() > MAX_SERIAL_BITS) {
      throw refused(Reason.BAD_PROFILE, "serial number is negative or longer than 20 bytes");
    }
    X509Keys.check(certificate.getPublicKey());
    MlDsa.checkEncoding(certificate);
  }

  private static void checkCriticalExtensions(X509Certificate certificate, Extensions extensions) {
    if (!extensions.hasCriticalBeyond(UNDERSTOOD)) {
      return;
    }
    Set<String> critical = new TreeSet<>();
    Optional.ofNullable(certificate.getCriticalExtensionOIDs()).ifPresent(critical::addAll);
    UNDERSTOOD.forEach(number -> critical.remove("2.5.29." + number));
    throw refused(
        Reason.UNSUPPORTED_EXTENSION,
        "critical extensions not understood: " + SpiffeIdSyntax.printable(critical.toString()));
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
