package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.GeneralName.Kind;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TestCertificate.Issued;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("RFC 5280 §4.2.1.10: name constraints")
final class NameConstraintsTest {
  private static final KeyPair KEYS = TestCertificate.ec("secp256r1");
  private static final Issued ISSUER = TestCertificate.authority("issuer").keys(KEYS).selfSigned();
  private static final ASN1Encodable DNS = name(Kind.DNS, "example.com");

  /** Where a name lies: a wildcard may lie in a subtree in part. */
  enum Place {
    INSIDE,
    OUTSIDE,
    NOT_WHOLLY_EITHER
  }

  /** A general name of any bytes: texts as they are, addresses in hexadecimal. */
  private static ASN1Encodable name(Kind kind, String text) {
    int tag = tag(kind);
    return switch (kind) {
      case DIRECTORY -> new DERTaggedObject(true, tag, new X500Name(text));
      case IP -> new DERTaggedObject(false, tag, octets(HexFormat.of().parseHex(text)));
      case OTHER, X400, EDI_PARTY ->
          new DERTaggedObject(false, tag, new DERSequence(DERNull.INSTANCE));
      default ->
          new DERTaggedObject(false, tag, octets(text.getBytes(StandardCharsets.ISO_8859_1)));
    };
  }

  private static int tag(Kind kind) {
    return switch (kind) {
      case OTHER -> 0;
      case EMAIL -> 1;
      case DNS -> 2;
      case X400 -> 3;
      case DIRECTORY -> 4;
      case EDI_PARTY -> 5;
      case URI -> 6;
      case IP -> 7;
      case REGISTERED_ID -> 8;
    };
  }

  private static DEROctetString octets(byte[] bytes) {
    return new DEROctetString(bytes);
  }

  private static ASN1Encodable permitted(ASN1Encodable... bases) {
    return subtrees(0, bases);
  }

  private static ASN1Encodable excluded(ASN1Encodable... bases) {
    return subtrees(1, bases);
  }

  private static ASN1Encodable subtrees(int tag, ASN1Encodable... bases) {
    ASN1Encodable[] all = Arrays.stream(bases).map(DERSequence::new).toArray(ASN1Encodable[]::new);
    return new DERTaggedObject(false, tag, new DERSequence(all));
  }

  /** Not critical, since the JDK does not let odd ones through otherwise. */
  private static TestCertificate issuer(ASN1Encodable... constraints) {
    return TestCertificate.authority("issuer")
        .keys(KEYS)
        .with(Extension.nameConstraints, false, new DERSequence(constraints));
  }

  private static Optional<NameConstraints> constraints(ASN1Encodable... constraints) {
    return NameConstraints.of(issuer(constraints).selfSigned().certificate());
  }

  private static X509Certificate named(ASN1Encodable... names) {
    return subject("CN=any", names);
  }

  private static X509Certificate subject(String subject, ASN1Encodable... names) {
    return TestCertificate.leaf()
        .keys(KEYS)
        .subject(subject)
        .names(names)
        .issuedBy(ISSUER)
        .certificate();
  }

  private static boolean allows(ASN1Encodable constraints, X509Certificate certificate) {
    NameConstraints read = constraints(constraints).orElseThrow();
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> read.check(certificate));
    if (refusal != null) {
      assertThat(refusal.reason()).isEqualTo(Reason.CONSTRAINT_VIOLATED);
    }
    return refusal == null;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DNS   | example.com      | example.com                            | INSIDE
          DNS   | example.com      | a.b.example.com                        | INSIDE
          DNS   | EXAMPLE.com      | a.example.COM                          | INSIDE
          DNS   | example.com      | badexample.com                         | OUTSIDE
          DNS   | example.com      | example.com.test                       | OUTSIDE
          DNS   | a.example.com    | example.com                            | OUTSIDE
          DNS   | my_domain        | a.my_domain                            | INSIDE
          DNS   | ''               | example.com                            | INSIDE
          DNS   | example.com      | *.example.com                          | INSIDE
          DNS   | example.com      | *.example.test                         | OUTSIDE
          DNS   | A.example.com    | *.EXAMPLE.com                          | NOT_WHOLLY_EITHER
          DNS   | a.b.example.com  | *.example.com                          | NOT_WHOLLY_EITHER
          DNS   | example.com      | *.com                                  | NOT_WHOLLY_EITHER
          DNS   | example.com      | a..example.test                        | NOT_WHOLLY_EITHER
          DNS   | example.com      | a..example.com                         | NOT_WHOLLY_EITHER
          DNS   | example.com      | example.test.                          | NOT_WHOLLY_EITHER
          DNS   | example.com      | .example.test                          | NOT_WHOLLY_EITHER
          DNS   | example.com      | *.*.example.test                       | NOT_WHOLLY_EITHER
          DNS   | example.com      | a.*.example.test                       | NOT_WHOLLY_EITHER
          DNS   | example.com      | *.                                     | NOT_WHOLLY_EITHER
          DNS   | example.com      | 'example test'                         | NOT_WHOLLY_EITHER
          DNS   | example.com      | ''                                     | NOT_WHOLLY_EITHER
          URI   | example.org      | spiffe://example.org/web               | INSIDE
          URI   | example.org      | spiffe://a.example.org/web             | OUTSIDE
          URI   | example.org      | spiffe://badexample.org/web            | OUTSIDE
          URI   | .example.org     | spiffe://a.example.org/web             | INSIDE
          URI   | .example.org     | spiffe://example.org/web               | OUTSIDE
          URI   | .example.org     | spiffe://badexample.org/web            | OUTSIDE
          URI   | EXAMPLE.org      | https://Example.ORG/                   | INSIDE
          URI   | my_domain        | spiffe://my_domain/web                 | INSIDE
          URI   | example.org      | https://user@example.org:8443/a?b      | INSIDE
          URI   | example.org      | https://example.org?a                  | INSIDE
          URI   | example.org      | https://example.org#a                  | INSIDE
          URI   | example.org      | ://example.org                         | INSIDE
          URI   | example.org      | https://example.org@evil.test/         | OUTSIDE
          URI   | example.org      | https://a@example.org@evil.test/       | OUTSIDE
          URI   | example.org      | https://evil.test/@example.org         | OUTSIDE
          URI   | ''               | spiffe://example.org/web               | OUTSIDE
          URI   | example.org      | urn:example.org                        | NOT_WHOLLY_EITHER
          URI   | example.org      | https:///web                           | NOT_WHOLLY_EITHER
          URI   | example.org      | https://:80/                           | NOT_WHOLLY_EITHER
          URI   | example.org      | https://[::1]/                         | NOT_WHOLLY_EITHER
          URI   | example.org      | https://evil.test./                    | NOT_WHOLLY_EITHER
          EMAIL | example.com      | a@example.com                          | INSIDE
          EMAIL | EXAMPLE.com      | a@example.COM                          | INSIDE
          EMAIL | example.com      | a@b.example.com                        | OUTSIDE
          EMAIL | .example.com     | a@b.example.com                        | INSIDE
          EMAIL | .example.com     | a@example.com                          | OUTSIDE
          EMAIL | a@example.com    | a@example.com                          | INSIDE
          EMAIL | a@EXAMPLE.com    | a@example.COM                          | INSIDE
          EMAIL | a@example.com    | A@example.com                          | OUTSIDE
          EMAIL | a@example.com    | b@example.com                          | OUTSIDE
          EMAIL | a@example.com    | a@example.test                         | OUTSIDE
          EMAIL | example.com      | example.test                           | NOT_WHOLLY_EITHER
          EMAIL | example.com      | @example.test                          | NOT_WHOLLY_EITHER
          EMAIL | example.com      | a@b@example.test                       | NOT_WHOLLY_EITHER
          EMAIL | example.com      | a@                                     | NOT_WHOLLY_EITHER
          IP    | c0000200ffffff00 | c0000200                               | INSIDE
          IP    | c0000200ffffff00 | c00002ff                               | INSIDE
          IP    | c00002ffffffff00 | c0000201                               | INSIDE
          IP    | c0000200ffffff00 | c0000301                               | OUTSIDE
          IP    | c0000200ffffff00 | 40000201                               | OUTSIDE
          IP    | c0000280ffffff80 | c0000281                               | INSIDE
          IP    | c0000280ffffff80 | c000027f                               | OUTSIDE
          IP    | c0000201ffffffff | c0000201                               | INSIDE
          IP    | c0000201ffffffff | c0000200                               | OUTSIDE
          IP    | 0000000000000000 | c0000201                               | INSIDE
          IP    | 0000000000000000 | 20010db8000000000000000000000001       | OUTSIDE
          IP    | 20010db8000000000000000000000000ffffffff000000000000000000000000 \
          | 20010db8000000000000000000000001 | INSIDE
          IP    | 20010db8000000000000000000000000ffffffff000000000000000000000000 \
          | 20010db9000000000000000000000001 | OUTSIDE
          IP    | 20010db8000000000000000000000000ffffffff000000000000000000000000 \
          | 20010db8 | OUTSIDE
          IP    | c0000200ffffff00 | c00003                                 | NOT_WHOLLY_EITHER
          IP    | c0000200ffffff00 | c000030101                             | NOT_WHOLLY_EITHER
          DIRECTORY | C=US           | C=US,O=SPIRE                         | INSIDE
          DIRECTORY | C=US,O=SPIRE   | C=US,O=SPIRE                         | INSIDE
          DIRECTORY | C=US,O=spire   | C=US,O=SPIRE,CN=web                  | INSIDE
          DIRECTORY | C=US,O=SPIRE   | C=US                                 | OUTSIDE
          DIRECTORY | C=US,CN=a      | C=US,CN=b                            | OUTSIDE
          DIRECTORY | O=SPIRE        | C=US,O=SPIRE                         | OUTSIDE
          """)
  @DisplayName("X509-20 a name is held to subtrees of its kind, permitted and excluded")
  void holdsNamesToSubtrees(Kind kind, String base, String text, Place place) {
    String subject = kind == Kind.DIRECTORY ? text : "CN=any";
    X509Certificate certificate = subject(subject, name(kind, text));
    ASN1Encodable subtree = name(kind, base);
    assertThat(allows(permitted(subtree), certificate)).isEqualTo(place == Place.INSIDE);
    assertThat(allows(excluded(subtree), certificate)).isEqualTo(place == Place.OUTSIDE);
  }

  @ParameterizedTest
  @EnumSource(names = {"OTHER", "X400", "EDI_PARTY", "REGISTERED_ID"})
  @DisplayName(
      "X509-20 names of kinds that are not compared are refused where they are constrained")
  void refusesWhatItCannotCompare(Kind kind) {
    X509Certificate certificate = named(name(kind, "\u0001"));
    assertThat(allows(permitted(DNS), certificate)).isTrue();
    assertThat(allows(excluded(DNS), certificate)).isTrue();
    assertThat(allows(permitted(name(kind, "\u0001")), certificate)).isFalse();
    assertThat(allows(excluded(name(kind, "\u0001")), certificate)).isFalse();
    assertThat(allows(permitted(name(kind, "\u0001")), named(DNS))).isTrue();
    assertThat(allows(excluded(name(kind, "\u0001")), named(DNS))).isTrue();
  }

  @Test
  @DisplayName("X509-20 names of a kind without a subtree pass")
  void leavesOtherKindsAlone() {
    X509Certificate certificate =
        named(name(Kind.URI, "spiffe://other.test/web"), name(Kind.IP, "c0000201"));
    assertThat(allows(permitted(DNS), certificate)).isTrue();
    assertThat(allows(excluded(DNS), certificate)).isTrue();
    assertThat(allows(permitted(DNS), named(name(Kind.URI, "no host")))).isTrue();
    assertThat(allows(permitted(name(Kind.URI, "example.org")), certificate)).isFalse();
  }

  @Test
  @DisplayName("X509-20 one permitted subtree is enough, and one excluded subtree too much")
  void combinesSubtrees() {
    ASN1Encodable below = name(Kind.DNS, "bad.example.com");
    ASN1Encodable other = name(Kind.DNS, "example.test");
    assertThat(allows(permitted(other, DNS), named(DNS))).isTrue();
    assertThat(allows(permitted(DNS, other), named(DNS))).isTrue();
    assertThat(allows(permitted(DNS, other), named(DNS, other))).isTrue();
    assertThat(allows(permitted(DNS), named(DNS, other))).isFalse();
    assertThat(allows(excluded(other, below), named(DNS))).isTrue();
    assertThat(allows(excluded(other, below), named(DNS, below))).isFalse();

    NameConstraints both = constraints(permitted(DNS), excluded(below)).orElseThrow();
    both.check(named(DNS));
    for (ASN1Encodable bad : new ASN1Encodable[] {below, other}) {
      assertThat(
              catchThrowableOfType(SvidVerificationException.class, () -> both.check(named(bad)))
                  .reason())
          .isEqualTo(Reason.CONSTRAINT_VIOLATED);
    }
  }

  @Test
  @DisplayName("X509-20 the subject is a directory name like those beside it")
  void holdsSubjectsToSubtrees() {
    ASN1Encodable spire = permitted(name(Kind.DIRECTORY, "C=US,O=SPIRE"));
    assertThat(allows(spire, subject("C=US,O=SPIRE,CN=web", DNS))).isTrue();
    assertThat(allows(spire, subject("C=US,O=Other", DNS))).isFalse();
    X509Certificate nobody =
        TestCertificate.leaf()
            .subject("")
            .with(Extension.subjectAlternativeName, true, new DERSequence(DNS))
            .issuedBy(ISSUER)
            .certificate();
    assertThat(allows(spire, nobody)).isTrue();
  }

  @Test
  @DisplayName("an email address in a subject is refused under email constraints")
  void refusesLegacyEmail() {
    ASN1Encodable email = name(Kind.EMAIL, "example.com");
    X509Certificate legacy = subject("C=US,E=a@example.com", DNS);
    assertThat(allows(permitted(DNS), legacy)).isTrue();
    assertThat(allows(excluded(name(Kind.DNS, "example.test")), legacy)).isTrue();
    assertThat(allows(permitted(email), legacy)).isFalse();
    assertThat(allows(excluded(email), legacy)).isFalse();
    assertThat(allows(permitted(DNS, email), legacy)).isFalse();
    assertThat(allows(permitted(email), subject("C=US", DNS))).isTrue();
    assertThat(allows(excluded(email), subject("C=US", DNS))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DNS   | .example.com
          DNS   | a..b
          DNS   | *.example.com
          URI   | .
          URI   | ..example.org
          URI   | https://example.org
          URI   | example.org/
          EMAIL | ''
          EMAIL | .
          EMAIL | @example.com
          EMAIL | a@
          EMAIL | a@.example.com
          IP    | ''
          IP    | c0000200
          IP    | c0000200ffffff
          IP    | 20010db8000000000000000000000001
          IP    | c0000200ff00ff00
          IP    | c000020000000001
          IP    | c0000200fffffffd
          """)
  @DisplayName("X509-20 a subtree that is malformed refuses all below, and is not ignored")
  void refusesMalformedSubtrees(Kind kind, String base) {
    for (ASN1Encodable list :
        new ASN1Encodable[] {permitted(name(kind, base)), excluded(name(kind, base))}) {
      assertThat(refusal(list)).isEqualTo(Reason.CONSTRAINT_VIOLATED);
    }
  }

  @Test
  @DisplayName("X509-20 an extension of another form refuses all below, and is not ignored")
  void refusesMalformedExtensions() {
    assertThat(constraints(permitted(DNS), excluded(DNS))).isPresent();
    assertThat(constraints(permitted(DNS), excluded())).isPresent();
    assertThat(refusal()).isEqualTo(Reason.CONSTRAINT_VIOLATED);
    assertThat(refusal(permitted())).isEqualTo(Reason.CONSTRAINT_VIOLATED);
    assertThat(refusal(permitted(), excluded())).isEqualTo(Reason.CONSTRAINT_VIOLATED);
    assertThat(refusal(excluded(DNS), permitted(DNS))).isEqualTo(Reason.CONSTRAINT_VIOLATED);
    assertThat(refusal(permitted(DNS), DERNull.INSTANCE)).isEqualTo(Reason.CONSTRAINT_VIOLATED);
    ASN1Encodable minimum = new DERTaggedObject(false, 0, new ASN1Integer(1));
    DERSequence subtree = new DERSequence(new ASN1Encodable[] {DNS, minimum});
    assertThat(refusal(new DERTaggedObject(false, 0, new DERSequence(subtree))))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);
    ASN1Encodable noName = new DERTaggedObject(true, tag(Kind.DIRECTORY), DERNull.INSTANCE);
    assertThat(refusal(permitted(noName))).isEqualTo(Reason.CONSTRAINT_VIOLATED);
    assertThat(NameConstraints.of(TestCertificate.root("root").certificate())).isEmpty();
  }

  private static Reason refusal(ASN1Encodable... malformed) {
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> constraints(malformed));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("names times subtrees are bounded")
  void limitsComparisons() {
    NameConstraints half =
        constraints(permitted(copies(50, DNS)), excluded(copies(50, name(Kind.DNS, "test"))))
            .orElseThrow();
    // The subject is a name too.
    half.check(named(copies(99, DNS)));
    SvidVerificationException refusal =
        catchThrowableOfType(
            SvidVerificationException.class, () -> half.check(named(copies(100, DNS))));
    assertThat(refusal.reason()).isEqualTo(Reason.TOO_LARGE);
  }

  private static ASN1Encodable[] copies(int count, ASN1Encodable name) {
    return Collections.nCopies(count, name).toArray(new ASN1Encodable[0]);
  }

  @Test
  @DisplayName("X509-19, X509-20 constraints hold at any depth, the bundle's authority's too")
  void holdsAtAnyDepth() {
    for (String host : List.of("example.org", "other.test")) {
      boolean own = host.equals("example.org");
      ASN1Encodable constraint = permitted(name(Kind.URI, host));
      Issued root = issuer(constraint).selfSigned();
      Issued below = TestCertificate.authority("below").uris().issuedBy(root);
      Issued leaf = TestCertificate.leaf().issuedBy(below);
      assertThat(isVerified(own, root, leaf, below)).isTrue();

      Issued free = TestCertificate.root("free");
      Issued above = issuer(constraint).uris().issuedBy(free);
      Issued between = TestCertificate.authority("between").uris().issuedBy(above);
      Issued deep = TestCertificate.leaf().issuedBy(between);
      assertThat(isVerified(own, free, deep, between, above)).isTrue();
    }
  }

  @Test
  @DisplayName("X509-20 intermediates are held to constraints too, unless they are self-issued")
  void exemptsSelfIssued() {
    Issued root = issuer(permitted(name(Kind.URI, "example.org"))).selfSigned();
    Issued foreign =
        TestCertificate.authority("foreign").uris("spiffe://other.test").issuedBy(root);
    assertThat(isVerified(false, root, TestCertificate.leaf().issuedBy(foreign), foreign)).isTrue();
    Issued renewed = TestCertificate.authority("issuer").uris("spiffe://other.test").issuedBy(root);
    assertThat(isVerified(true, root, TestCertificate.leaf().issuedBy(renewed), renewed)).isTrue();
    // The leaf is held to them whatever its name.
    Issued leaf =
        TestCertificate.leaf("spiffe://example.org/web")
            .subject("C=US,O=SPIFFE,CN=issuer")
            .issuedBy(issuer(permitted(name(Kind.URI, "other.test"))).selfSigned());
    Issued other = issuer(permitted(name(Kind.URI, "other.test"))).selfSigned();
    assertThat(isVerified(false, other, leaf)).isTrue();
  }

  private static boolean isVerified(boolean expected, Issued root, Issued... chain) {
    if (expected) {
      Verification.under(root).verify(chain);
      return true;
    }
    return Verification.under(root).refusal(chain) == Reason.CONSTRAINT_VIOLATED;
  }
}
