package dev.spiffe4j;

import dev.spiffe4j.der.DerReader;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The extensions of a certificate as its bytes say (RFC 5280 §4.2), read in one pass: each question
 * to the JDK is dearer than that. Those that we know are all under id-ce, 2.5.29, and are named by
 * the number below it.
 */
final class Extensions {
  static final int KEY_USAGE = 15;
  static final int SUBJECT_ALTERNATIVE_NAME = 17;
  static final int BASIC_CONSTRAINTS = 19;
  static final int NAME_CONSTRAINTS = 30;
  static final int EXTENDED_KEY_USAGE = 37;

  private static final int BOOLEAN = 0x01;

  /** [3], which is the only field of a certificate that has this tag. */
  private static final int EXTENSIONS = 0xa3;

  private final List<Extension> all;

  private Extensions(List<Extension> all) {
    this.all = all;
  }

  /**
   * Reads those of a certificate.
   *
   * @throws InvalidDocumentException if it is not DER, or has one that we know twice
   */
  static Extensions of(X509Certificate certificate) {
    DerReader fields = new DerReader(content(certificate)).readContent(DerReader.SEQUENCE);
    while (fields.hasMore()) {
      int tag = fields.peekTag();
      DerReader field = fields.readContent(tag);
      if (tag == EXTENSIONS) {
        List<Extension> all = read(field.readContent(DerReader.SEQUENCE));
        field.requireEnd();
        fields.requireEnd();
        return new Extensions(all);
      }
    }
    return new Extensions(List.of());
  }

  private static byte[] content(X509Certificate certificate) {
    try {
      return certificate.getTBSCertificate();
    } catch (CertificateEncodingException e) {
      throw new AssertionError("a parsed certificate has an encoding", e);
    }
  }

  private static List<Extension> read(DerReader extensions) {
    List<Extension> all = new ArrayList<>();
    BitSet seen = new BitSet();
    while (extensions.hasMore()) {
      DerReader extension = extensions.readContent(DerReader.SEQUENCE);
      int number = number(extension.readContent(DerReader.OBJECT_IDENTIFIER).remaining());
      if (number >= 0 && seen.get(number)) {
        // §4.2. The JDK lets one through that it cannot parse, and two readers see two names.
        throw new InvalidDocumentException(
            InvalidDocumentException.Reason.MALFORMED, "extension 2.5.29." + number + " twice");
      }
      if (number >= 0) {
        seen.set(number);
      }
      boolean critical = isBoolean(extension) && readBoolean(extension);
      byte[] value = extension.readContent(DerReader.OCTET_STRING).remaining();
      extension.requireEnd();
      all.add(new Extension(number, critical, value));
    }
    return all;
  }

  /** The number below id-ce, or -1 for what is elsewhere. */
  private static int number(byte[] oid) {
    return oid.length == 3 && oid[0] == 0x55 && oid[1] == 0x1d && oid[2] >= 0 ? oid[2] : -1;
  }

  /** The next element, which is a BOOLEAN; anything but zero is taken for true. */
  static boolean readBoolean(DerReader reader) {
    byte[] value = reader.readContent(BOOLEAN).remaining();
    return value.length != 1 || value[0] != 0;
  }

  static boolean isBoolean(DerReader reader) {
    return reader.hasMore() && reader.peekTag() == BOOLEAN;
  }

  boolean isPresent(int number) {
    return find(number) != null;
  }

  private @Nullable Extension find(int number) {
    for (Extension extension : all) {
      if (extension.number == number) {
        return extension;
      }
    }
    return null;
  }

  /** The content of an extension that is a SEQUENCE, if it is there. */
  Optional<DerReader> sequence(int number) {
    Extension extension = find(number);
    if (extension == null) {
      return Optional.empty();
    }
    DerReader value = new DerReader(extension.value);
    DerReader content = value.readContent(DerReader.SEQUENCE);
    value.requireEnd();
    return Optional.of(content);
  }

  /** Whether one that is critical is none of those. */
  boolean hasCriticalBeyond(Set<Integer> numbers) {
    for (Extension extension : all) {
      if (extension.critical && !numbers.contains(extension.number)) {
        return true;
      }
    }
    return false;
  }

  private static final class Extension {
    private final int number;
    private final boolean critical;
    private final byte[] value;

    private Extension(int number, boolean critical, byte[] value) {
      this.number = number;
      this.critical = critical;
      this.value = value;
    }
  }
}
