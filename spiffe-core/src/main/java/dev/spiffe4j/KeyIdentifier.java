package dev.spiffe4j;

import dev.spiffe4j.der.DerReader;
import java.security.cert.X509Certificate;
import java.security.cert.X509Extension;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of a key in a certificate (RFC 5280 §4.2.1.1, §4.2.1.2). It tells which of several
 * issuers of one name to try first, and proves nothing.
 */
final class KeyIdentifier {
  /** How two identifiers compare. */
  enum Match {
    SAME,
    UNKNOWN,
    DIFFERENT
  }

  private static final String SUBJECT = "2.5.29.14";
  private static final String AUTHORITY = "2.5.29.35";
  private static final int KEY_IDENTIFIER = 0x80;

  private final byte @Nullable [] identifier;

  private KeyIdentifier(byte @Nullable [] identifier) {
    this.identifier = identifier;
  }

  static KeyIdentifier ofSubject(X509Certificate certificate) {
    byte @Nullable [] extension = certificate.getExtensionValue(SUBJECT);
    if (extension == null) {
      return new KeyIdentifier(null);
    }
    try {
      DerReader octets = new DerReader(extension).readContent(DerReader.OCTET_STRING);
      return new KeyIdentifier(octets.readContent(DerReader.OCTET_STRING).remaining());
    } catch (InvalidDocumentException e) {
      return new KeyIdentifier(null);
    }
  }

  /** The key that a certificate or a CRL says it was signed with. */
  static KeyIdentifier ofIssuer(X509Extension signed) {
    byte @Nullable [] extension = signed.getExtensionValue(AUTHORITY);
    if (extension == null) {
      return new KeyIdentifier(null);
    }
    try {
      DerReader content = DerReader.ofExtension(extension);
      return content.hasMore() && content.peekTag() == KEY_IDENTIFIER
          ? new KeyIdentifier(content.readContent(KEY_IDENTIFIER).remaining())
          : new KeyIdentifier(null);
    } catch (InvalidDocumentException e) {
      return new KeyIdentifier(null);
    }
  }

  Match matches(KeyIdentifier other) {
    if (identifier == null || other.identifier == null) {
      return Match.UNKNOWN;
    }
    return Arrays.equals(identifier, other.identifier) ? Match.SAME : Match.DIFFERENT;
  }
}
