package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.der.DerReader;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds extensions that the JDK reads as absent, because it cannot parse them and they are not
 * critical. Another reader may see in them what makes the certificate a bad one.
 */
final class UnreadableExtensions {
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";

  private static final int BOOLEAN = 0x01;

  private UnreadableExtensions() {}

  static void refuse(X509Certificate certificate) {
    requireBasicConstraints(certificate);
    // In this order: to ask what is present is dear.
    if (certificate.getKeyUsage() == null && isPresent(certificate, KEY_USAGE)) {
      throw unreadable("key usage");
    }
    if (!hasExtendedKeyUsage(certificate) && isPresent(certificate, EXTENDED_KEY_USAGE)) {
      throw unreadable("extended key usage");
    }
  }

  /** RFC 5280 §4.2.1.9. The JDK does not tell one that is absent from one that says no. */
  private static void requireBasicConstraints(X509Certificate certificate) {
    byte @Nullable [] extension = certificate.getExtensionValue(BASIC_CONSTRAINTS);
    if (extension == null) {
      return;
    }
    try {
      DerReader fields = DerReader.ofExtension(extension);
      boolean authority = false;
      if (fields.hasMore() && fields.peekTag() == BOOLEAN) {
        byte[] value = fields.readContent(BOOLEAN).remaining();
        authority = value.length != 1 || value[0] != 0;
      }
      if (fields.hasMore()) {
        fields.readContent(DerReader.INTEGER);
      }
      fields.requireEnd();
      if (authority != (certificate.getBasicConstraints() != -1)) {
        throw unreadable("basic constraints");
      }
    } catch (InvalidDocumentException e) {
      throw new SvidVerificationException(
          Reason.MALFORMED, "extension basic constraints cannot be read", e);
    }
  }

  private static boolean hasExtendedKeyUsage(X509Certificate certificate) {
    try {
      return certificate.getExtendedKeyUsage() != null;
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  /** Whether a certificate has an extension; asking for the value of an absent one is dear. */
  static boolean isPresent(X509Certificate certificate, String oid) {
    return contains(certificate.getCriticalExtensionOIDs(), oid)
        || contains(certificate.getNonCriticalExtensionOIDs(), oid);
  }

  private static boolean contains(@Nullable Set<String> oids, String oid) {
    return oids != null && oids.contains(oid);
  }

  private static SvidVerificationException unreadable(String extension) {
    return new SvidVerificationException(
        Reason.MALFORMED, "extension " + extension + " cannot be read");
  }
}
