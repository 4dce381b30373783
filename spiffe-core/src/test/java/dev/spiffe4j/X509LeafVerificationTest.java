package dev.spiffe4j;

import static dev.spiffe4j.TestCertificate.NOW;
import static dev.spiffe4j.TestCertificate.WEB;
import static dev.spiffe4j.TestCertificate.leaf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TestCertificate.Issued;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("X509-SVID §5.2: leaves of peers")
final class X509LeafVerificationTest {
  private static final Issued ROOT = TestCertificate.root("root");

  private static VerifiedPeer verify(TestCertificate leaf) {
    return Verification.under(ROOT).verify(leaf.issuedBy(ROOT));
  }

  private static Reason refusal(TestCertificate leaf) {
    return Verification.under(ROOT).refusal(leaf.issuedBy(ROOT));
  }

  @BeforeEach
  void acceptsAGoodLeaf() {
    Issued leaf = leaf().issuedBy(ROOT);
    VerifiedPeer peer = Verification.under(ROOT).verify(leaf);
    assertThat(peer.spiffeId()).hasToString(WEB);
    assertThat(peer.chain()).containsExactly(leaf.certificate());
    assertThat(peer.authority()).isEqualTo(ROOT.certificate());
  }

  @Test
  @DisplayName("X509-02..X509-04 there is exactly one URI SAN")
  void requiresOneUriSan() {
    assertThat(refusal(leaf(new String[0]))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf().without(Extension.subjectAlternativeName)))
        .isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf(WEB, "https://example.org/x"))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf("https://example.org/x", WEB))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf(WEB, WEB))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf(WEB, "spiffe://example.org/db"))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf(WEB, ""))).isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("X509-06 the identity is in no other name")
  void takesNoIdentityFromOtherNames() {
    assertThat(refusal(leaf(new String[0]).subject("CN=" + WEB))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf().names(TestCertificate.dns(WEB)))).isEqualTo(Reason.BAD_SPIFFE_ID);
    VerifiedPeer peer =
        verify(
            leaf()
                .names(TestCertificate.dns("spiffe://example.org/db"), TestCertificate.uri(WEB))
                .subject("CN=spiffe://example.org/cn"));
    assertThat(peer.spiffeId()).hasToString(WEB);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/web", "sparfe://example.org/web", "SPIFFE://example.org/web",
        "spiffe://EXAMPLE.ORG/web", "spiffe://example.org/web#", "spiffe://example.org/web?",
        "spiffe://example.org/web#f", "spiffe://example.org:443/web", "spiffe://u@example.org/web",
        "spiffe://example.org/%2e%2e/web", "spiffe://example.org/a//b", "spiffe://example.org/web/",
        "spiffe://example.org/../web", "spiffe:///web", "spiffe://example.org/w\u00e9b"
      })
  @DisplayName("X509-34, ID-49, ID-51 the SAN is read like every SPIFFE ID")
  void readsSansLikeEveryId(String uri) {
    assertThat(refusal(leaf(uri))).isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("ID-14, ID-52 unusual trust domains are identities like others")
  void acceptsUnusualTrustDomains() {
    for (String name : new String[] {"my_td", "-a", "a..b", "1.2.3.999", ".a", "_"}) {
      TrustDomain trustDomain = TrustDomain.parse(name);
      X509Bundle bundle = X509Bundle.of(trustDomain, List.of(ROOT.certificate()));
      Issued leaf = leaf("spiffe://" + name + "/web").issuedBy(ROOT);
      VerifiedPeer peer =
          X509SvidVerifier.of(id -> Optional.of(bundle), InstantSource.fixed(NOW))
              .verify(Verification.certificates(leaf));
      assertThat(peer.spiffeId()).hasToString("spiffe://" + name + "/web");
    }
  }

  @Test
  @DisplayName(
      "ID-42, X509-08, X509-35, X509-48 the ID of the trust domain itself authenticates nobody")
  void refusesTrustDomainIds() {
    assertThat(refusal(leaf("spiffe://example.org"))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("X509-07, X509-15, X509-32 a CA certificate authenticates nobody")
  void refusesAuthorities() {
    assertThat(refusal(leaf().ca(true))).isEqualTo(Reason.BAD_PROFILE);
    assertThat(Verification.under(ROOT).refusal(ROOT)).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("X509-33 keyCertSign and cRLSign are off")
  void refusesLeavesThatSignCertificates() {
    int signs = KeyUsage.digitalSignature;
    assertThat(refusal(leaf().keyUsage(signs | KeyUsage.keyCertSign)))
        .isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(leaf().keyUsage(signs | KeyUsage.cRLSign))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("X509-24, X509-50 key usage is there, with digitalSignature")
  void requiresDigitalSignature() {
    assertThat(refusal(leaf().without(Extension.keyUsage))).isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(leaf().keyUsage(KeyUsage.keyEncipherment))).isEqualTo(Reason.BAD_PROFILE);
    verify(leaf().with(Extension.keyUsage, false, new KeyUsage(KeyUsage.digitalSignature)));
  }

  @Test
  @DisplayName("X509-05, X509-09, X509-25, X509-52 what leaves may have, and may lack")
  void acceptsWhatLeavesMayHave() {
    verify(leaf().without(Extension.basicConstraints));
    verify(leaf().keyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
    verify(leaf().keyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement));
    verify(leaf().names(TestCertificate.uri(WEB), TestCertificate.dns("web.example.org")));
    verify(
        leaf()
            .subject("")
            .with(
                Extension.subjectAlternativeName, true, new DERSequence(TestCertificate.uri(WEB))));
    verify(leaf().subject("CN=whatever,O=you like"));
  }

  @Test
  @DisplayName("X509-28, X509-51 extended key usage: absent, any, or one side of TLS at least")
  void checksExtendedKeyUsage() {
    verify(leaf().without(Extension.extendedKeyUsage));
    verify(leaf().purposes(KeyPurposeId.anyExtendedKeyUsage));
    verify(leaf().purposes(KeyPurposeId.id_kp_clientAuth));
    verify(leaf().purposes(KeyPurposeId.id_kp_serverAuth));
    verify(leaf().purposes(KeyPurposeId.id_kp_codeSigning, KeyPurposeId.id_kp_clientAuth));
    assertThat(refusal(leaf().purposes(KeyPurposeId.id_kp_codeSigning)))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);
    assertThat(
            refusal(
                leaf().purposes(KeyPurposeId.id_kp_OCSPSigning, KeyPurposeId.id_kp_timeStamping)))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);
  }

  @Test
  @DisplayName("X509-30 a critical extension that is not understood refuses")
  void refusesUnknownCriticalExtensions() {
    ASN1ObjectIdentifier unknown = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");
    verify(leaf().with(unknown, false, DERNull.INSTANCE));
    assertThat(refusal(leaf().with(unknown, true, DERNull.INSTANCE)))
        .isEqualTo(Reason.UNSUPPORTED_EXTENSION);
  }

  @Test
  @DisplayName("extensions that cannot be read are refused, and not taken for absent")
  void refusesUnreadableExtensions() {
    byte[] junk = {0x30, 0x03, 0x02, 0x01};
    assertThat(refusal(leaf().with(Extension.basicConstraints, false, junk)))
        .isEqualTo(Reason.MALFORMED);
    assertThat(refusal(leaf().with(Extension.extendedKeyUsage, false, junk)))
        .isEqualTo(Reason.MALFORMED);
    assertThat(refusal(leaf().with(Extension.subjectAlternativeName, false, junk)))
        .isEqualTo(Reason.MALFORMED);
    assertThat(refusal(leaf().with(Extension.keyUsage, false, junk))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("SANs of other tags, which another reader could take for a URI, are refused")
  void refusesOtherTags() {
    DEROctetString uri = new DEROctetString(WEB.getBytes(StandardCharsets.US_ASCII));
    assertThat(
            refusal(
                leaf()
                    .names(
                        TestCertificate.uri(WEB),
                        new DERTaggedObject(true, 6, new DEROctetString(new byte[1])))))
        .isEqualTo(Reason.MALFORMED);
    assertThat(refusal(leaf().names(TestCertificate.uri(WEB), uri))).isEqualTo(Reason.MALFORMED);
    assertThat(refusal(leaf().names(TestCertificate.uri(WEB), new DERTaggedObject(false, 9, uri))))
        .isEqualTo(Reason.MALFORMED);
  }

  static Stream<KeyPair> keys() {
    return Stream.of(
        TestCertificate.ec("secp256r1"),
        TestCertificate.ec("secp384r1"),
        TestCertificate.ec("secp521r1"),
        TestCertificate.rsa(2048),
        TestCertificate.ed25519());
  }

  @ParameterizedTest
  @MethodSource("keys")
  @DisplayName("X509-60 leaves and authorities with keys of each kind verify")
  void acceptsEachKindOfKey(KeyPair keys) {
    verify(leaf().keys(keys));
    Issued root = TestCertificate.authority("other").keys(keys).selfSigned();
    Verification.under(root).verify(leaf().issuedBy(root));
  }

  @Test
  @DisplayName("X509-60 weak keys are refused, of leaves and of authorities")
  void refusesWeakKeys() {
    KeyPair weak = TestCertificate.rsa(1024);
    assertThat(refusal(leaf().keys(weak))).isEqualTo(Reason.WEAK_KEY);
    Issued root = TestCertificate.authority("weak").keys(weak).selfSigned();
    assertThat(Verification.under(root).refusal(leaf().issuedBy(root))).isEqualTo(Reason.WEAK_KEY);
  }

  @Test
  @DisplayName("X509-30 the validity has both of its ends")
  void checksValidity() {
    Issued leaf = leaf().validity(NOW, NOW.plusSeconds(60)).issuedBy(ROOT);
    Verification.under(ROOT).verify(leaf);
    Verification.under(ROOT).at(NOW.plusSeconds(60)).verify(leaf);
    assertThat(Verification.under(ROOT).at(NOW.minusSeconds(1)).refusal(leaf))
        .isEqualTo(Reason.NOT_YET_VALID);
    assertThat(Verification.under(ROOT).at(NOW.plusSeconds(61)).refusal(leaf))
        .isEqualTo(Reason.EXPIRED);
  }

  @Test
  @DisplayName("dates beyond 2049, and the date that means never, are read")
  void acceptsFarDates() {
    verify(leaf().validity(NOW, Instant.parse("2050-01-01T00:00:00Z")));
    verify(leaf().validity(NOW, Instant.parse("9999-12-31T23:59:59Z")));
    assertThat(refusal(leaf().validity(Instant.EPOCH, Instant.parse("2025-01-01T00:00:00Z"))))
        .isEqualTo(Reason.EXPIRED);
  }

  @Test
  @DisplayName("certificates signed with SHA-1, PSS with SHA-1 included, are refused")
  void refusesWeakSignatures() {
    Issued rsa = TestCertificate.authority("rsa").keys(TestCertificate.rsa(2048)).selfSigned();
    Verification verification = Verification.under(rsa);
    for (String good :
        new String[] {
          "SHA256withRSA",
          "SHA384withRSA",
          "SHA512withRSA",
          "SHA256withRSAandMGF1",
          "SHA384withRSAandMGF1",
          "SHA512withRSAandMGF1"
        }) {
      verification.verify(leaf().algorithm(good).issuedBy(rsa));
    }
    for (String bad : new String[] {"SHA1withRSA", "SHA1withRSAandMGF1", "MD5withRSA"}) {
      assertThat(verification.refusal(leaf().algorithm(bad).issuedBy(rsa)))
          .as(bad)
          .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    }
    assertThat(refusal(leaf().algorithm("SHA1withECDSA"))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("RFC 5280 §4.2.1.10: a leaf constrains no names")
  void refusesNameConstraintsOfLeaves() {
    NameConstraints constraints =
        new NameConstraints(
            new GeneralSubtree[] {
              new GeneralSubtree(
                  new GeneralName(GeneralName.uniformResourceIdentifier, "example.org"))
            },
            null);
    for (boolean critical : new boolean[] {true, false}) {
      assertThat(refusal(leaf().with(Extension.nameConstraints, critical, constraints)))
          .isEqualTo(Reason.BAD_PROFILE);
    }
  }

  @Test
  @DisplayName("ID-39, ID-40, ID-45 what more a certificate says does no harm, and decides nothing")
  void decidesByTheIdAlone() {
    ASN1ObjectIdentifier role = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.7");
    DERUTF8String admin = new DERUTF8String("admin");
    VerifiedPeer plain = verify(leaf());
    VerifiedPeer privileged =
        verify(
            leaf()
                .names(
                    TestCertificate.uri(TestCertificate.WEB),
                    TestCertificate.dns("admin.example.org"))
                .subject("CN=admin")
                .with(role, false, admin));
    Issued otherRoot = TestCertificate.root("other");
    TrustDomain other = TrustDomain.parse("other.test");
    X509Bundle bundle = X509Bundle.of(other, List.of(otherRoot.certificate()));
    VerifiedPeer foreign =
        X509SvidVerifier.of(trustDomain -> Optional.of(bundle), InstantSource.fixed(NOW))
            .verify(
                Verification.certificates(
                    leaf("spiffe://other.test/web").with(role, false, admin).issuedBy(otherRoot)));

    SpiffeId web = SpiffeId.parse(TestCertificate.WEB);
    for (Authorizer authorizer :
        List.of(
            Authorizer.exactly(web),
            Authorizer.memberOf(web.trustDomain()),
            Authorizer.under(web.trustDomain(), "web"))) {
      assertThat(authorizer.authorizes(plain)).isTrue();
      assertThat(authorizer.authorizes(privileged)).isTrue();
      // The same role of another trust domain's making is another role.
      assertThat(authorizer.authorizes(foreign)).isFalse();
    }
    Authorizer nobody = Authorizer.exactly(SpiffeId.of(web.trustDomain(), "admin"));
    assertThat(nobody.authorizes(privileged)).isFalse();
  }
}
