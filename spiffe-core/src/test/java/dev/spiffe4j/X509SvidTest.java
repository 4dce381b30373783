package dev.spiffe4j;

import static dev.spiffe4j.TestCertificate.NOW;
import static dev.spiffe4j.TestCertificate.WEB;
import static dev.spiffe4j.TestCertificate.authority;
import static dev.spiffe4j.TestCertificate.leaf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.TestCertificate.Issued;
import dev.spiffe4j.der.DerWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("X509-SVID: what one's own SVID must be")
final class X509SvidTest {
  private static final Issued ROOT = TestCertificate.root("root");

  private static X509Svid of(TestCertificate leaf) {
    Issued issued = leaf.issuedBy(ROOT);
    return X509Svid.of(issued.privateKey(), List.of(issued.certificate()));
  }

  private static Reason refusal(ThrowingCallable call) {
    InvalidDocumentException refusal = catchThrowableOfType(InvalidDocumentException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  private static Reason refusal(TestCertificate leaf) {
    return refusal(() -> of(leaf));
  }

  private static byte[] join(X509Certificate... certificates) {
    return Certificates.encode(List.of(certificates));
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  @BeforeEach
  void acceptsAGoodLeaf() {
    assertThat(of(leaf()).spiffeId()).hasToString(WEB);
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
  @DisplayName("X509-60 keys of each kind are read, with their chain")
  void parsesEachKindOfKey(KeyPair keys) {
    Issued intermediate = authority("intermediate").issuedBy(ROOT);
    Issued leaf = leaf().keys(keys).issuedBy(intermediate);
    byte[] chain = join(leaf.certificate(), intermediate.certificate());

    X509Svid svid = X509Svid.parse(chain, keys.getPrivate().getEncoded());
    assertThat(svid.spiffeId()).hasToString(WEB);
    assertThat(svid.chain()).containsExactly(leaf.certificate(), intermediate.certificate());
    assertThat(svid.leaf()).isEqualTo(leaf.certificate());
    assertThat(svid.privateKey()).isEqualTo(keys.getPrivate());
    assertThat(svid.notBefore()).isEqualTo(NOW.minusSeconds(10));
    assertThat(svid.expiresAt()).isEqualTo(NOW.plusSeconds(3600));
    assertThat(svid.encodedChain()).isEqualTo(chain);
    assertThat(X509Svid.parse(svid.encodedChain(), svid.privateKey().getEncoded()).chain())
        .isEqualTo(svid.chain());
  }

  @Test
  void chainsAreCopiesThatDoNotChange() {
    Issued issued = leaf().issuedBy(ROOT);
    List<X509Certificate> chain = new ArrayList<>(List.of(issued.certificate()));
    X509Svid svid = X509Svid.of(issued.privateKey(), chain);
    chain.clear();
    assertThat(svid.chain()).containsExactly(issued.certificate());
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> svid.chain().clear());
    svid.encodedChain()[0] = 0;
    assertThat(svid.encodedChain()[0]).isNotZero();
  }

  @Test
  @DisplayName("X509-59, WAPI-22 the hint is beside the SVID")
  void carriesAHint() {
    X509Svid svid = of(leaf());
    assertThat(svid.hint()).isEmpty();
    assertThat(svid.withHint("internal").hint()).contains("internal");
    assertThat(svid.withHint("internal").withHint("").hint()).isEmpty();
    assertThat(svid.hint()).isEmpty();
  }

  @Test
  void printsNoKey() {
    X509Svid svid = of(leaf());
    assertThat(svid.toString()).isEqualTo("X509Svid[" + WEB + ", expires 2026-01-02T04:04:05Z]");
  }

  @Test
  @DisplayName("X509-02, X509-03, X509-04, X509-06 there is exactly one URI SAN, and it is the ID")
  void requiresOneUriSan() {
    assertThat(refusal(leaf(new String[0]))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf().without(Extension.subjectAlternativeName)))
        .isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf().names(TestCertificate.dns(WEB)).subject("CN=" + WEB)))
        .isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf(WEB, "https://example.org"))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf("https://example.org", WEB))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf(WEB, WEB))).isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusal(leaf(WEB, "spiffe://example.org/" + "a".repeat(3000))))
        .isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/web", "SPIFFE://example.org/web", "spiffe://EXAMPLE.org/web",
        "spiffe://example.org/web#", "spiffe://example.org/web?", "spiffe://example.org/%77eb",
        "spiffe://example.org/../web", "spiffe://example.org/", "spiffe://u@example.org/web",
        "spiffe://example.org/\u00e9", "sparfe://example.org/web"
      })
  @DisplayName("X509-34, ID-49, ID-51 SANs are read by the one reader of IDs")
  void readsSansLikeEveryId(String uri) {
    assertThat(refusal(leaf(uri))).isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("ID-50 a SAN of more than 2048 bytes is refused")
  void limitsTheLengthOfIds() {
    String longest = WEB + "/" + "a".repeat(2048 - WEB.length() - 1);
    assertThat(of(leaf(longest)).spiffeId()).hasToString(longest);
    assertThat(refusal(leaf(longest + "a"))).isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("X509-05 other kinds of SAN are allowed beside it")
  void acceptsOtherNames() {
    assertThat(
            of(leaf().names(TestCertificate.dns("db.example.org"), TestCertificate.uri(WEB)))
                .spiffeId())
        .hasToString(WEB);
  }

  @Test
  @DisplayName("X509-09 the subject may be empty, with a critical SAN")
  void acceptsAnEmptySubject() {
    TestCertificate leaf = leaf().subject("");
    leaf.with(Extension.subjectAlternativeName, true, new DERSequence(TestCertificate.uri(WEB)));
    assertThat(of(leaf).spiffeId()).hasToString(WEB);
  }

  @Test
  @DisplayName("X509-08 the ID of the trust domain itself is no leaf's")
  void refusesTrustDomainIds() {
    assertThat(refusal(leaf("spiffe://example.org"))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("X509-18, X509-24, X509-26, X509-50 a leaf signs data, and no certificates or CRLs")
  void checksWhatALeafMayDo() {
    int signs = KeyUsage.digitalSignature;
    assertThat(refusal(leaf().ca(true))).isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(leaf().keyUsage(signs | KeyUsage.keyCertSign)))
        .isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(leaf().keyUsage(signs | KeyUsage.cRLSign))).isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(leaf().keyUsage(KeyUsage.keyEncipherment))).isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(leaf().without(Extension.keyUsage))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("X509-25, X509-52 keyEncipherment, keyAgreement and no basicConstraints are fine")
  void acceptsWhatALeafMayHave() {
    of(leaf().keyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
    of(leaf().keyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement));
    of(leaf().without(Extension.basicConstraints));
  }

  @Test
  @DisplayName("extensions that cannot be read are refused, and not taken for absent")
  void refusesUnreadableExtensions() {
    byte[] junk = {0x30, 0x03, 0x02, 0x01};
    assertThat(refusal(leaf().with(Extension.basicConstraints, false, junk)))
        .isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(leaf().with(Extension.keyUsage, false, junk))).isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(leaf().with(Extension.subjectAlternativeName, false, junk)))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  static Stream<UnaryOperator<TestCertificate>> badAuthorities() {
    return Stream.of(
        bad -> bad.ca(false),
        bad -> bad.without(Extension.basicConstraints),
        bad -> bad.keyUsage(KeyUsage.cRLSign),
        bad -> bad.without(Extension.keyUsage),
        bad -> bad.uris("spiffe://example.org/intermediate"));
  }

  @ParameterizedTest
  @MethodSource("badAuthorities")
  @DisplayName(
      "X509-10, X509-12, X509-17, X509-23 what stands above the leaf may sign certificates")
  void refusesOtherIssuers(UnaryOperator<TestCertificate> bad) {
    Issued good = authority("intermediate").issuedBy(ROOT);
    Issued leaf = leaf().issuedBy(good);
    X509Svid.of(leaf.privateKey(), List.of(leaf.certificate(), good.certificate()));

    Issued other = bad.apply(authority("intermediate").keys(good.keys())).issuedBy(ROOT);
    assertThat(
            refusal(
                () ->
                    X509Svid.of(
                        leaf.privateKey(), List.of(leaf.certificate(), other.certificate()))))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("ID-54 an authority without a URI SAN, or with one that is no SPIFFE ID, is fine")
  void acceptsAuthoritiesWithoutIds() {
    for (TestCertificate above :
        List.of(
            authority("i").without(Extension.subjectAlternativeName),
            authority("i").uris("https://example.org/ca"),
            authority("i").uris("spiffe://other.org"))) {
      Issued issuer = above.issuedBy(ROOT);
      Issued leaf = leaf().issuedBy(issuer);
      X509Svid.of(leaf.privateKey(), List.of(leaf.certificate(), issuer.certificate()));
    }
  }

  @Test
  @DisplayName("a chain has at most 16 certificates")
  void limitsChains() {
    Issued leaf = leaf().issuedBy(ROOT);
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(leaf.certificate());
    while (chain.size() < 16) {
      chain.add(ROOT.certificate());
    }
    X509Svid.of(leaf.privateKey(), chain);
    chain.add(ROOT.certificate());
    assertThat(refusal(() -> X509Svid.of(leaf.privateKey(), chain))).isEqualTo(Reason.TOO_LARGE);
    assertThat(
            refusal(
                () -> X509Svid.parse(Certificates.encode(chain), leaf.privateKey().getEncoded())))
        .isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("X509-60 RSA keys of less than 2048 bits are refused")
  void refusesWeakKeys() {
    assertThat(refusal(leaf().keys(TestCertificate.rsa(1024)))).isEqualTo(Reason.UNSUPPORTED_KEY);
  }

  @Test
  @DisplayName("key and leaf belong together")
  void requiresTheLeafsKey() {
    Issued leaf = leaf().issuedBy(ROOT);
    List<KeyPair> others =
        List.of(
            TestCertificate.ec("secp256r1"),
            TestCertificate.ec("secp384r1"),
            TestCertificate.rsa(2048),
            TestCertificate.ed25519());
    for (KeyPair other : others) {
      assertThat(refusal(() -> X509Svid.of(other.getPrivate(), List.of(leaf.certificate()))))
          .isEqualTo(Reason.KEY_MISMATCH);
    }
    Issued rsa = leaf().keys(TestCertificate.rsa(2048)).issuedBy(ROOT);
    for (KeyPair other : others) {
      assertThat(refusal(() -> X509Svid.of(other.getPrivate(), List.of(rsa.certificate()))))
          .isEqualTo(Reason.KEY_MISMATCH);
    }
  }

  @Test
  @DisplayName("WAPI-73 certificates are DER alone: no PEM, nothing before, between or after")
  void parsesDerAlone() {
    Issued leaf = leaf().issuedBy(ROOT);
    byte[] der = join(leaf.certificate());
    byte[] key = leaf.privateKey().getEncoded();
    X509Svid.parse(der, key);

    byte[] pem =
        ("-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END CERTIFICATE-----\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] zero = {0};
    assertThat(refusal(() -> X509Svid.parse(new byte[0], key))).isEqualTo(Reason.EMPTY);
    for (byte[] bad :
        List.of(
            pem,
            zero,
            join(zero, der),
            join(der, zero),
            join(der, pem),
            join(join(der, zero), der),
            Arrays.copyOf(der, der.length - 1),
            new byte[] {0x30, 0x00},
            new byte[] {0x04, 0x00},
            new byte[] {0x30, 0x03, 0x02, 0x01, 0x05},
            key)) {
      assertThat(refusal(() -> X509Svid.parse(bad, key))).isEqualTo(Reason.MALFORMED);
    }
    byte[] huge = DerWriter.sequence(new byte[64 * 1024]);
    assertThat(refusal(() -> X509Svid.parse(huge, key))).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("keys are PKCS#8 alone")
  void parsesPkcs8Alone() {
    Issued leaf = leaf().issuedBy(ROOT);
    byte[] der = join(leaf.certificate());
    byte[] key = leaf.privateKey().getEncoded();
    X509Svid.parse(der, key);

    assertThat(refusal(() -> X509Svid.parse(der, new byte[0]))).isEqualTo(Reason.EMPTY);
    assertThat(refusal(() -> X509Svid.parse(der, new byte[17_000]))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(() -> X509Svid.parse(der, join(key, new byte[1]))))
        .isEqualTo(Reason.TRAILING_DATA);
    byte[] rsa = TestCertificate.rsa(2048).getPrivate().getEncoded();
    for (byte[] bad :
        List.of(
            Arrays.copyOf(key, key.length - 1),
            "-----BEGIN PRIVATE KEY-----".getBytes(StandardCharsets.US_ASCII),
            new byte[] {0x30, 0x00},
            leaf.keys().getPublic().getEncoded(),
            rsa)) {
      assertThat(refusal(() -> X509Svid.parse(der, bad))).isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  @DisplayName("whatever is changed in the bytes, nothing else than a refusal comes of it")
  void neverFailsOtherwise() {
    Issued leaf = leaf().issuedBy(ROOT);
    byte[] der = join(leaf.certificate(), ROOT.certificate());
    PrivateKey key = leaf.privateKey();
    Random random = new Random(1);
    for (int i = 0; i < 3_000; i++) {
      byte[] changed = der.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        X509Svid.parse(changed, key.getEncoded());
      } catch (InvalidDocumentException e) {
        assertThat(e.reason()).isNotNull();
      }
    }
  }
}
