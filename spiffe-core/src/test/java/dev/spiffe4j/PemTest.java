package dev.spiffe4j;

import static dev.spiffe4j.TestPki.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.der.DerWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("PEM of X.509-SVIDs and bundles (RFC 7468)")
final class PemTest {
  private static final TestPki.Signer ROOT = TestPki.authority();
  private static final TestPki.Signer SECOND_ROOT = TestPki.authority("RSA", 2048);
  private static final X509Svid SVID = ROOT.svid("/web");
  private static final X509Bundle BUNDLE = TestPki.bundle(TRUST_DOMAIN, ROOT, SECOND_ROOT);

  private static final String ROOT_PEM = text(TestPki.bundle(TRUST_DOMAIN, ROOT).toPem());
  private static final String CERTIFICATES = text(SVID.toPem());
  private static final String KEY = text(SVID.privateKeyToPem());

  private static String text(byte[] pem) {
    return new String(pem, StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static X509Bundle bundle(String pem) {
    return X509Bundle.parsePem(TRUST_DOMAIN, bytes(pem));
  }

  private static X509Svid svid(String certificates, String key) {
    return X509Svid.parsePem(bytes(certificates), bytes(key));
  }

  private static Reason refusal(ThrowingCallable action) {
    InvalidDocumentException refusal = catchThrowableOfType(InvalidDocumentException.class, action);
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("what is written is read back, and read by the JDK")
  void writesAndReads() throws CertificateException {
    assertThat(X509Bundle.parsePem(TRUST_DOMAIN, BUNDLE.toPem())).isEqualTo(BUNDLE);
    assertThat(
            Set.copyOf(
                CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(BUNDLE.toPem()))))
        .isEqualTo(BUNDLE.authorities());
    assertThat(text(BUNDLE.toPem()).lines()).allMatch(line -> line.length() <= 64);
    assertThat(text(BUNDLE.toPem())).endsWith("-----END CERTIFICATE-----\n");

    X509Svid read = svid(CERTIFICATES, KEY);
    assertThat(read.chain()).isEqualTo(SVID.chain());
    assertThat(read.encodedPrivateKey()).isEqualTo(SVID.encodedPrivateKey());
    assertThat(read.privateKeyToPem()).isEqualTo(SVID.privateKeyToPem());
  }

  @ParameterizedTest
  @CsvSource({"RSA,2048", "EC,256", "EC,384", "EC,521", "Ed25519,0"})
  void readsKeysOfEachKind(String algorithm, int size) {
    X509Svid svid = ROOT.svid(algorithm, size, "/web");
    X509Svid read = X509Svid.parsePem(svid.toPem(), svid.privateKeyToPem());
    assertThat(read.encodedPrivateKey()).isEqualTo(svid.encodedPrivateKey());
  }

  @Test
  @DisplayName("a chain keeps its order")
  void keepsTheOrderOfAChain() {
    TestPki.Signer intermediate = ROOT.intermediate();
    KeyPair keys = TestPki.keys("EC", 256);
    X509Svid svid =
        X509Svid.of(
            keys.getPrivate(),
            List.of(
                intermediate.leaf(keys, "spiffe://example.org/web"), intermediate.certificate()));
    assertThat(X509Svid.parsePem(svid.toPem(), svid.privateKeyToPem()).chain())
        .isEqualTo(svid.chain());
    // The other way round, the first certificate is no leaf.
    String pem = text(svid.toPem());
    int second = pem.lastIndexOf("-----BEGIN");
    String shuffled = pem.substring(second) + pem.substring(0, second);
    assertThat(refusal(() -> svid(shuffled, text(svid.privateKeyToPem()))))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("key and certificates may be in one document, in any order")
  void readsOneDocument() {
    assertThat(svid(CERTIFICATES + KEY, CERTIFICATES + KEY).spiffeId()).isEqualTo(SVID.spiffeId());
    assertThat(svid(KEY + CERTIFICATES, KEY + CERTIFICATES).spiffeId()).isEqualTo(SVID.spiffeId());
  }

  static List<String> harmless() {
    return List.of(
        ROOT_PEM.replace("\n", "\r\n"),
        ROOT_PEM.stripTrailing(),
        ROOT_PEM.replace("\n", " \t\n"),
        ROOT_PEM.replace("-----\n", "-----\n\n"),
        "# The root of example.org, of 2026 ---- é\n\n" + ROOT_PEM + "subject=CN = root\n",
        "-----BEGIN DH PARAMETERS-----\n!\n-----END DH PARAMETERS-----\n" + ROOT_PEM,
        oneLine(ROOT_PEM),
        KEY + ROOT_PEM,
        ROOT_PEM + ROOT_PEM);
  }

  private static String oneLine(String pem) {
    int from = pem.indexOf('\n') + 1;
    int to = pem.indexOf("-----END");
    return pem.substring(0, from)
        + pem.substring(from, to).replace("\n", "")
        + "\n"
        + pem.substring(to);
  }

  @ParameterizedTest
  @MethodSource("harmless")
  @DisplayName("line ends, line lengths, text outside blocks and other blocks do not matter")
  void readsHarmlessVariants(String pem) {
    assertThat(bundle(pem).authorities()).containsExactly(ROOT.certificate());
  }

  static List<String> malformed() {
    String end = "-----END CERTIFICATE-----";
    return List.of(
        "x",
        "certificates follow",
        ROOT_PEM.replace(end, ""),
        ROOT_PEM.replace(end, "-----END PRIVATE KEY-----"),
        ROOT_PEM.replace(end, "-----END CERTIFICATE----"),
        ROOT_PEM.replace(end, end + "x"),
        ROOT_PEM.replace(end, "-----END CERTIFICATE"),
        ROOT_PEM + end,
        " " + ROOT_PEM,
        "\ufeff" + ROOT_PEM,
        "see " + ROOT_PEM,
        ROOT_PEM.replace("-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE"),
        ROOT_PEM.replace("-----BEGIN CERTIFICATE-----", "-----BEGIN -----"),
        ROOT_PEM.replace("CERTIFICATE", "C".repeat(65)),
        ROOT_PEM.replace("CERTIFICATE", "CERT\u0001"),
        ROOT_PEM.replaceFirst("\n", "\n-----BEGIN CERTIFICATE-----\n"),
        ROOT_PEM.replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\n"),
        ROOT_PEM.replaceFirst("\n", "\n-"),
        ROOT_PEM.replaceFirst("\nMI", "\n_I"),
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        block(Arrays.copyOf(der(), der().length - 1)),
        block(new byte[] {0x30, 0x00}),
        block(ROOT_PEM.getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] der() {
    return TestPki.bundle(TRUST_DOMAIN, ROOT).encoded();
  }

  private static String block(byte[] content) {
    return text(PemWriter.block("CERTIFICATE", content));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  @DisplayName("what looks like a block and is none is refused, as is a corrupt certificate")
  void refusesMalformedBlocks(String pem) {
    bundle(ROOT_PEM);
    Reason reason = refusal(() -> bundle(pem));
    assertThat(reason)
        .isEqualTo(pem.startsWith("x") || pem.startsWith("cert") ? Reason.EMPTY : Reason.MALFORMED);
    // Good blocks around it do not help.
    if (reason == Reason.MALFORMED) {
      assertThat(refusal(() -> bundle(ROOT_PEM + "\n" + pem))).isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  @DisplayName("base64 is padded and has no bits left over")
  void refusesOtherBase64() {
    String padded = block(new byte[] {0x30, 0x02, 0x05, 0x00});
    assertThat(padded).contains("MAIFAA==");
    List<PemReader.Block> blocks = PemReader.blocks(bytes(padded));
    assertThat(PemReader.decode(bytes(padded), blocks.get(0))).containsExactly(0x30, 2, 5, 0);
    for (String other : List.of("MAIFAA", "MAIFAA=", "MAIFAB==", "MAIFAA===", "MAIFAA==MAIFAA==")) {
      byte[] pem = bytes(padded.replace("MAIFAA==", other));
      assertThat(refusal(() -> PemReader.decode(pem, PemReader.blocks(pem).get(0))))
          .isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  @DisplayName("one block is one certificate")
  void refusesTwoCertificatesInABlock() {
    assertThat(bundle(block(der())).authorities()).hasSize(1);
    assertThat(refusal(() -> bundle(block(BUNDLE.encoded())))).isEqualTo(Reason.TRAILING_DATA);
  }

  @Test
  @DisplayName("nothing is an empty bundle; something without a certificate is none")
  void tellsNothingFromSomethingElse() {
    assertThat(bundle("").authorities()).isEmpty();
    assertThat(bundle(" \r\n\n\t").authorities()).isEmpty();
    assertThat(X509Bundle.of(TRUST_DOMAIN, List.of()).toPem()).isEmpty();
    assertThat(refusal(() -> bundle(KEY))).isEqualTo(Reason.EMPTY);
    assertThat(refusal(() -> bundle(ROOT_PEM.replace(" CERT", " TRUSTED CERT"))))
        .isEqualTo(Reason.EMPTY);
  }

  @Test
  @DisplayName("X509-55 certificates that may not sign certificates are ignored in documents")
  void ignoresCertificatesOfNoAuthority() {
    X509Bundle mixed =
        X509Bundle.of(
            TRUST_DOMAIN,
            List.of(
                SVID.leaf(),
                ROOT.certificate(),
                TestPki.halfAuthority(false, KeyUsage.keyCertSign),
                TestPki.halfAuthority(true, KeyUsage.digitalSignature)));
    assertThat(mixed.authorities()).hasSize(4);
    assertThat(X509Bundle.parsePem(TRUST_DOMAIN, mixed.toPem()).authorities())
        .containsExactly(ROOT.certificate());
    assertThat(X509Bundle.parse(TRUST_DOMAIN, mixed.encoded()).authorities())
        .containsExactly(ROOT.certificate());
    // Nothing but a leaf is a bundle all the same: one that trusts nothing.
    assertThat(bundle(CERTIFICATES).authorities()).isEmpty();
  }

  @Test
  @DisplayName("X509-55 a leaf that a program puts into a bundle is not trusted either")
  void trustsNoLeafAsAuthority() {
    assertThat(verifier(BUNDLE).verify(SVID.chain()).spiffeId()).isEqualTo(SVID.spiffeId());
    X509SvidVerifier bad = verifier(X509Bundle.of(TRUST_DOMAIN, List.of(SVID.leaf())));
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> bad.verify(SVID.chain()));
    assertThat(refusal).isNotNull();
  }

  private static X509SvidVerifier verifier(X509Bundle bundle) {
    return X509SvidVerifier.of(
        trustDomain -> Optional.of(bundle), InstantSource.fixed(TestCertificate.NOW));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ENCRYPTED PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "DSA PRIVATE KEY",
        "OPENSSH PRIVATE KEY"
      })
  @DisplayName("only unencrypted PKCS#8 keys are read")
  void refusesOtherKeys(String label) {
    svid(CERTIFICATES, KEY);
    assertThat(refusal(() -> svid(CERTIFICATES, KEY.replace("PRIVATE KEY", label))))
        .isEqualTo(Reason.UNSUPPORTED_KEY);
    assertThat(refusal(() -> svid(CERTIFICATES, KEY + KEY.replace("PRIVATE KEY", label))))
        .isEqualTo(Reason.UNSUPPORTED_KEY);
  }

  @Test
  @DisplayName("real keys of other forms are refused too, whatever their label says")
  void refusesOtherEncodings() throws IOException {
    byte[] sec1 =
        PrivateKeyInfo.getInstance(SVID.privateKey().getEncoded())
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded();
    assertThat(refusal(() -> svid(CERTIFICATES, key("EC PRIVATE KEY", sec1))))
        .isEqualTo(Reason.UNSUPPORTED_KEY);
    assertThat(refusal(() -> svid(CERTIFICATES, key("PRIVATE KEY", sec1))))
        .isEqualTo(Reason.MALFORMED);
  }

  private static String key(String label, byte[] content) {
    return text(PemWriter.block(label, content));
  }

  @Test
  void refusesSvidsWithoutKeyOrCertificate() {
    assertThat(refusal(() -> svid("", KEY))).isEqualTo(Reason.EMPTY);
    assertThat(refusal(() -> svid("text", KEY))).isEqualTo(Reason.EMPTY);
    assertThat(refusal(() -> svid(KEY, KEY))).isEqualTo(Reason.EMPTY);
    assertThat(refusal(() -> svid(CERTIFICATES, ""))).isEqualTo(Reason.EMPTY);
    assertThat(refusal(() -> svid(CERTIFICATES, CERTIFICATES))).isEqualTo(Reason.EMPTY);
    assertThat(refusal(() -> svid(CERTIFICATES, key("PRIVATE KEY", new byte[0]))))
        .isEqualTo(Reason.EMPTY);
  }

  @Test
  @DisplayName("a key that is not the leaf's, two keys, and a corrupt key are refused")
  void refusesWrongKeys() {
    byte[] der = SVID.privateKey().getEncoded();
    assertThat(refusal(() -> svid(CERTIFICATES, text(ROOT.svid("/other").privateKeyToPem()))))
        .isEqualTo(Reason.KEY_MISMATCH);
    assertThat(refusal(() -> svid(CERTIFICATES, KEY + KEY))).isEqualTo(Reason.MALFORMED);
    assertThat(
            refusal(
                () -> svid(CERTIFICATES, key("PRIVATE KEY", Arrays.copyOf(der, der.length - 1)))))
        .isEqualTo(Reason.MALFORMED);
    assertThat(
            refusal(
                () -> svid(CERTIFICATES, key("PRIVATE KEY", Arrays.copyOf(der, der.length + 1)))))
        .isEqualTo(Reason.TRAILING_DATA);
    assertThat(refusal(() -> svid(CERTIFICATES, KEY.replaceFirst("\nM", "\n*"))))
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("a refusal does not quote a key")
  void keepsKeysOutOfMessages() {
    String secret = Base64.getEncoder().encodeToString(SVID.encodedPrivateKey());
    for (String key :
        List.of(
            KEY.replaceFirst("\nM", "\n*"),
            KEY.replace("PRIVATE KEY", "EC PRIVATE KEY"),
            KEY.replaceFirst("\nM", "\nN"))) {
      InvalidDocumentException refusal =
          catchThrowableOfType(InvalidDocumentException.class, () -> svid(CERTIFICATES, key));
      assertThat(refusal).isNotNull();
      for (Throwable e = refusal; e != null; e = e.getCause()) {
        assertThat(String.valueOf(e.getMessage())).doesNotContain(secret.substring(4, 24));
      }
    }
  }

  @Test
  @DisplayName("documents are limited before they are read")
  void limitsSizes() {
    assertThat(refusal(() -> bundle(ROOT_PEM + " ".repeat(PemReader.MAX_BYTES))))
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(() -> bundle(ROOT_PEM.repeat(1001)))).isEqualTo(Reason.TOO_LARGE);
    assertThat(bundle(ROOT_PEM.repeat(1000)).authorities()).hasSize(1);
    assertThat(refusal(() -> bundle("-----BEGIN X-----\n-----END X-----\n".repeat(4097))))
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(() -> bundle(block(sequence(64 * 1024))))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(() -> svid(CERTIFICATES.repeat(17), KEY))).isEqualTo(Reason.TOO_LARGE);
  }

  private static byte[] sequence(int length) {
    return DerWriter.sequence(new byte[length]);
  }

  @Test
  @DisplayName("a key that does not leave its provider is not written")
  void refusesToWriteOpaqueKeys() {
    PrivateKey opaque = new OpaqueRsaKey((RSAPrivateKey) SECOND_ROOT.keys().getPrivate());
    X509Svid svid =
        X509Svid.of(opaque, List.of(ROOT.leaf(SECOND_ROOT.keys(), "spiffe://example.org/hsm")));
    assertThat(refusal(svid::privateKeyToPem)).isEqualTo(Reason.UNSUPPORTED_KEY);
    assertThat(svid.toPem()).isNotEmpty();
  }

  @Test
  @DisplayName("only methods that say so write the key")
  void writesNoKeyUnasked() throws GeneralSecurityException {
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(SVID.privateKey().getEncoded()));
    assertThat(key).isEqualTo(SVID.privateKey());
    assertThat(CERTIFICATES).doesNotContain("KEY");
    assertThat(SVID.toString()).doesNotContain(KEY.substring(40, 80));
  }

  @Test
  @DisplayName("files are loaded; one that is missing or too large is an error with its cause")
  void loadsFiles(@TempDir Path folder) throws IOException {
    Path certificates = Files.write(folder.resolve("svid.pem"), SVID.toPem());
    Path key = Files.write(folder.resolve("key.pem"), SVID.privateKeyToPem());
    Path authorities = Files.write(folder.resolve("bundle.pem"), BUNDLE.toPem());
    Path none = folder.resolve("none.pem");
    assertThat(X509Svid.load(certificates, key).chain()).isEqualTo(SVID.chain());
    assertThat(X509Bundle.load(TRUST_DOMAIN, authorities)).isEqualTo(BUNDLE);

    InvalidDocumentException missing =
        catchThrowableOfType(InvalidDocumentException.class, () -> X509Svid.load(none, key));
    assertThat(missing.reason()).isEqualTo(Reason.IO_ERROR);
    assertThat(missing).hasCauseInstanceOf(NoSuchFileException.class);
    assertThat(refusal(() -> X509Svid.load(certificates, none))).isEqualTo(Reason.IO_ERROR);
    assertThat(refusal(() -> X509Bundle.load(TRUST_DOMAIN, folder))).isEqualTo(Reason.IO_ERROR);

    Path large = Files.write(folder.resolve("large.pem"), new byte[PemReader.MAX_BYTES + 1]);
    assertThat(refusal(() -> X509Bundle.load(TRUST_DOMAIN, large))).isEqualTo(Reason.TOO_LARGE);
  }
}
