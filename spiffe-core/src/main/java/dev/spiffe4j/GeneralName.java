package dev.spiffe4j;

import dev.spiffe4j.der.DerReader;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One name of a subject alternative name or name constraints extension, as its bytes say (RFC 5280
 * §4.2.1.6). {@code getSubjectAlternativeNames()} is null or short when a name is not to the JDK's
 * taste, so that counts of it are not exact.
 */
final class GeneralName {
  /** The kinds of names, each with its tag. */
  enum Kind {
    OTHER(0xa0),
    EMAIL(0x81),
    DNS(0x82),
    X400(0xa3),
    DIRECTORY(0xa4),
    EDI_PARTY(0xa5),
    URI(0x86),
    IP(0x87),
    REGISTERED_ID(0x88);

    private final int tag;

    Kind(int tag) {
      this.tag = tag;
    }

    private static Kind of(int tag) {
      for (Kind kind : values()) {
        if (kind.tag == tag) {
          return kind;
        }
      }
      throw new InvalidDocumentException(
          InvalidDocumentException.Reason.MALFORMED, "general name of tag " + tag);
    }
  }

  private final Kind kind;
  private final byte[] content;

  private GeneralName(Kind kind, byte[] content) {
    this.kind = kind;
    this.content = content;
  }

  /** The subject alternative names of a certificate; none if it has no such extension. */
  static List<GeneralName> subjectAlternatives(X509Certificate certificate) {
    return Extensions.of(certificate)
        .sequence(Extensions.SUBJECT_ALTERNATIVE_NAME)
        .map(GeneralName::readAll)
        .orElse(List.of());
  }

  private static List<GeneralName> readAll(DerReader names) {
    List<GeneralName> all = new ArrayList<>();
    while (names.hasMore()) {
      all.add(read(names));
    }
    return all;
  }

  /** The subject as a directory name; none if it is empty, and so names nothing. */
  static Optional<GeneralName> ofSubject(X509Certificate certificate) {
    byte[] subject = certificate.getSubjectX500Principal().getEncoded();
    return new DerReader(subject).readContent(DerReader.SEQUENCE).hasMore()
        ? Optional.of(new GeneralName(Kind.DIRECTORY, subject))
        : Optional.empty();
  }

  /** Reads the next name. */
  static GeneralName read(DerReader names) {
    int tag = names.peekTag();
    return new GeneralName(Kind.of(tag), names.readContent(tag).remaining());
  }

  Kind kind() {
    return kind;
  }

  /** The bytes inside the tag; not to be changed. */
  byte[] content() {
    return content;
  }

  /** The characters; Latin-1 keeps every byte apart, so that one outside ASCII stays a bad one. */
  String text() {
    return new String(content, StandardCharsets.ISO_8859_1);
  }
}
