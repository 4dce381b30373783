package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.der.DerReader;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;

/**
 * Finds extensions that the JDK reads as absent, because it cannot parse them and they are not
 * critical. Another reader may see in them what makes the certificate a bad one.
 */
final class UnreadableExtensions {
  private UnreadableExtensions() {}

  /** Refuses a certificate with such extensions. */
  static void refuse(X509Certificate certificate) {
    try {
      refuse(certificate, Extensions.of(certificate));
    } catch (InvalidDocumentException e) {
      throw new SvidVerificationException(Reason.MALFORMED, "extensions cannot be read", e);
    }
  }

  /**
   * The same, of extensions that were read.
   *
   * @throws InvalidDocumentException if one is not DER
   */
  static void refuse(X509Certificate certificate, Extensions extensions) {
    extensions
        .sequence(Extensions.BASIC_CONSTRAINTS)
        .ifPresent(fields -> requireBasicConstraints(certificate, fields));
    if (certificate.getKeyUsage() == null && extensions.isPresent(Extensions.KEY_USAGE)) {
      throw unreadable("key usage");
    }
    if (!hasExtendedKeyUsage(certificate) && extensions.isPresent(Extensions.EXTENDED_KEY_USAGE)) {
      throw unreadable("extended key usage");
    }
  }

  /** RFC 5280 §4.2.1.9. The JDK does not tell one that is absent from one that says no. */
  private static void requireBasicConstraints(X509Certificate certificate, DerReader fields) {
    boolean authority = Extensions.isBoolean(fields) && Extensions.readBoolean(fields);
    if (fields.hasMore()) {
      fields.readContent(DerReader.INTEGER);
    }
    fields.requireEnd();
    if (authority != (certificate.getBasicConstraints() != -1)) {
      throw unreadable("basic constraints");
    }
  }

  private static boolean hasExtendedKeyUsage(X509Certificate certificate) {
    try {
      return certificate.getExtendedKeyUsage() != null;
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  private static SvidVerificationException unreadable(String extension) {
    return new SvidVerificationException(
        Reason.MALFORMED, "extension " + extension + " cannot be read");
  }
}
