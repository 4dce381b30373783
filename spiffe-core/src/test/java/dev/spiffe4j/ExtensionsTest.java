package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.TestCertificate.Issued;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 5280 §4.2, §4.1.2.9. */
class ExtensionsTest {
  private static final ASN1ObjectIdentifier UNKNOWN = new ASN1ObjectIdentifier("2.5.29.99");
  private static final Issued ROOT = TestCertificate.root("root");

  static Stream<TestCertificate> certificates() {
    return Stream.of(
        TestCertificate.leaf(),
        TestCertificate.leaf().withoutKeyIdentifiers(),
        TestCertificate.leaf().without(Extension.basicConstraints),
        TestCertificate.authority("other").without(Extension.keyUsage),
        TestCertificate.leaf().with(UNKNOWN, false, DERNull.INSTANCE),
        TestCertificate.leaf().with(UNKNOWN, true, DERNull.INSTANCE),
        // The last arc takes two bytes, of which the first one begins as that of no other does.
        TestCertificate.leaf().with(new ASN1ObjectIdentifier("2.5.29.200"), true, DERNull.INSTANCE),
        TestCertificate.leaf().with(new ASN1ObjectIdentifier("1.3.6.1.4"), true, DERNull.INSTANCE));
  }

  @ParameterizedTest
  @MethodSource("certificates")
  @DisplayName("what is there and what is critical is what the JDK says of readable certificates")
  void agreesWithTheJdk(TestCertificate template) {
    X509Certificate certificate = template.issuedBy(ROOT).certificate();
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    Set<String> all = new TreeSet<>(critical);
    all.addAll(certificate.getNonCriticalExtensionOIDs());

    Extensions extensions = Extensions.of(certificate);
    IntStream.range(0, 128)
        .forEach(
            number ->
                assertThat(extensions.isPresent(number))
                    .as("2.5.29." + number)
                    .isEqualTo(all.contains("2.5.29." + number)));

    Set<Integer> understood = new TreeSet<>();
    critical.stream()
        .filter(oid -> oid.matches("2\\.5\\.29\\.\\d\\d"))
        .forEach(oid -> understood.add(Integer.valueOf(oid.substring("2.5.29.".length()))));
    assertThat(extensions.hasCriticalBeyond(understood))
        .isEqualTo(critical.size() > understood.size());
    for (Integer one : understood) {
      Set<Integer> others = new TreeSet<>(understood);
      others.remove(one);
      assertThat(extensions.hasCriticalBeyond(others)).as("without " + one).isTrue();
    }
  }

  @Test
  @DisplayName("a value can be read again, and an absent one is none")
  void readsAgain() {
    Extensions extensions = Extensions.of(TestCertificate.leaf().issuedBy(ROOT).certificate());
    for (int i = 0; i < 2; i++) {
      assertThat(extensions.sequence(Extensions.SUBJECT_ALTERNATIVE_NAME).orElseThrow().hasMore())
          .isTrue();
    }
    assertThat(extensions.sequence(Extensions.NAME_CONSTRAINTS)).isEmpty();
  }

  @Test
  @DisplayName("bytes behind an extension, and behind all of them, are refused")
  void refusesTrailingBytes() {
    X509Certificate good = TestCertificate.leaf().issuedBy(ROOT).certificate();
    assertThat(Extensions.of(edited(good, extensions -> extensions)).isPresent(15)).isTrue();

    assertRefused(() -> edited(good, ExtensionsTest::withNullInTheFirst));
    assertRefused(() -> edited(good, extensions -> sequence(extensions, DERNull.INSTANCE)));
  }

  @Test
  @DisplayName("RFC 5280 §4.2: a second one of a kind is refused, which the JDK may let through")
  void refusesASecondOne() {
    X509Certificate good = TestCertificate.leaf().issuedBy(ROOT).certificate();
    byte[] unreadable = {0x30, 0x03, 0x02, 0x01};
    Extension second = new Extension(Extension.subjectAlternativeName, false, unreadable);
    X509Certificate twice = edited(good, extensions -> sequence(extensions, second));
    assertThat(twice.getExtensionValue("2.5.29.17")).isNotNull();

    assertThatThrownBy(() -> Extensions.of(twice))
        .isInstanceOfSatisfying(
            InvalidDocumentException.class,
            e -> assertThat(e.reason()).isEqualTo(InvalidDocumentException.Reason.MALFORMED));
    assertThatThrownBy(() -> Verification.under(ROOT).verify(new Issued(twice, ROOT.keys())))
        .isInstanceOfSatisfying(
            SvidVerificationException.class,
            e -> assertThat(e.reason()).isEqualTo(SvidVerificationException.Reason.MALFORMED));
  }

  private static ASN1Sequence withNullInTheFirst(ASN1Sequence extensions) {
    ASN1EncodableVector all = new ASN1EncodableVector();
    extensions.forEach(all::add);
    ASN1EncodableVector edited = new ASN1EncodableVector();
    edited.add(sequence((ASN1Sequence) all.get(0), DERNull.INSTANCE));
    for (int i = 1; i < all.size(); i++) {
      edited.add(all.get(i));
    }
    return new DERSequence(edited);
  }

  private static DERSequence sequence(ASN1Sequence begin, ASN1Encodable end) {
    ASN1EncodableVector all = new ASN1EncodableVector();
    begin.forEach(all::add);
    all.add(end);
    return new DERSequence(all);
  }

  /** The JDK refuses some of it too, when it parses. */
  private static void assertRefused(Supplier<X509Certificate> certificate) {
    assertThatThrownBy(() -> Extensions.of(certificate.get()))
        .isInstanceOfAny(InvalidDocumentException.class, IllegalArgumentException.class);
  }

  /** A certificate with other extensions, which nobody has signed. */
  private static X509Certificate edited(
      X509Certificate certificate, UnaryOperator<ASN1Sequence> edit) {
    try {
      ASN1Sequence whole = ASN1Sequence.getInstance(certificate.getEncoded());
      ASN1Sequence fields = ASN1Sequence.getInstance(whole.getObjectAt(0));
      int last = fields.size() - 1;
      ASN1EncodableVector tbs = new ASN1EncodableVector();
      for (int i = 0; i < last; i++) {
        tbs.add(fields.getObjectAt(i));
      }
      ASN1Sequence extensions = extensions(fields.getObjectAt(last));
      tbs.add(new DERTaggedObject(true, 3, edit.apply(extensions)));
      return TestCertificate.parse(
          new DERSequence(
                  new ASN1Encodable[] {
                    new DERSequence(tbs), whole.getObjectAt(1), whole.getObjectAt(2)
                  })
              .getEncoded());
    } catch (IOException | CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  private static ASN1Sequence extensions(ASN1Encodable field) {
    return ASN1Sequence.getInstance((ASN1TaggedObject) field, true);
  }
}
