package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.NOW_SECONDS;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.P521;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.TestTokens.WEAK_RSA;
import static dev.spiffe4j.jwt.TestTokens.decode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("JWT-SVID §2, §3: issuing")
final class JwtSvidSignerTest {
  private static final SpiffeId WEB = SpiffeId.parse("spiffe://example.org/web");
  private static final Instant END = NOW.plusSeconds(300);

  private final JwtSvidSigner signer =
      JwtSvidSigner.of("p256", P256.getPrivate(), P256.getPublic());

  private JwtSvid sign(Map<String, Object> claims) {
    return signer.sign(WEB, List.of("reports"), NOW, END, claims);
  }

  @Test
  @DisplayName("JWT-03, JWT-13, JWT-15, JWT-21, JWT-30, JWT-54 header and claims are exactly these")
  void writesHeaderAndClaims() {
    JwtSvid svid = signer.sign(WEB, List.of("reports"), NOW.plusMillis(999), END.plusMillis(999));
    String[] parts = svid.token().split("\\.", -1);
    assertThat(parts).hasSize(3);
    assertThat(decode(parts[0])).isEqualTo("{\"alg\":\"ES256\",\"kid\":\"p256\",\"typ\":\"JWT\"}");
    assertThat(decode(parts[1]))
        .isEqualTo(
            "{\"sub\":\"spiffe://example.org/web\",\"iat\":%d,\"exp\":%d,\"aud\":[\"reports\"]}"
                .formatted(NOW_SECONDS, NOW_SECONDS + 300));
    assertThat(svid.spiffeId()).isEqualTo(WEB);
    assertThat(svid.audience()).containsExactly("reports");
    assertThat(svid.expiresAt()).isEqualTo(END);
    assertThat(svid.issuedAt()).contains(NOW);
  }

  @Test
  @DisplayName("JWT-19, JWT-24 unless told otherwise a token is for one, and lives five minutes")
  void hasShortLivedDefaults() {
    JwtSvid svid = signer.sign(WEB, "reports", NOW);
    assertThat(svid.audience()).containsExactly("reports");
    assertThat(svid.expiresAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(svid.keyId()).isEqualTo("p256");
    assertThat(svid.withHint("internal").keyId()).isEqualTo("p256");
    TestTokens.verify(svid.token());
  }

  @Test
  @DisplayName("JWT-12 of claims with a name that others may use, too, the log warns, once")
  void warnsOfClaimNames() {
    List<String> warnings = new CopyOnWriteArrayList<>();
    Handler handler = new WarningHandler(warnings);
    Logger log = Logger.getLogger(JwtSvidSigner.class.getName());
    log.addHandler(handler);
    try {
      signer.sign(WEB, List.of("a"), NOW, END, Map.of("jti", "1", "scope", "x", "nbf", 1));
      signer.sign(WEB, List.of("a"), NOW, END, Map.of("example.org/team", "x", "urn:x:y", "z"));
      assertThat(warnings).isEmpty();
      signer.sign(WEB, List.of("a"), NOW, END, Map.of("team", "x"));
      signer.sign(WEB, List.of("a"), NOW, END, Map.of("group", "x", ".x", "y", ":", "z"));
      assertThat(warnings).containsExactly("team");
    } finally {
      log.removeHandler(handler);
    }
    assertThat(ClaimNames.isCollisionResistant(".x")).isFalse();
    assertThat(ClaimNames.isCollisionResistant(":")).isFalse();
  }

  private static final class WarningHandler extends Handler {
    private final List<String> warnings;

    WarningHandler(List<String> warnings) {
      this.warnings = warnings;
    }

    @Override
    public void publish(LogRecord record) {
      warnings.add(String.valueOf(record.getParameters()[0]));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  @DisplayName("JWT-04, JWT-54 the algorithm is that of the key")
  void choosesTheAlgorithm() {
    assertThat(algorithmOf("rsa", RSA)).isEqualTo("RS256");
    assertThat(algorithmOf("p256", P256)).isEqualTo("ES256");
    assertThat(algorithmOf("p384", P384)).isEqualTo("ES384");
    assertThat(algorithmOf("p521", P521)).isEqualTo("ES512");
  }

  /** Verified by our verifier, and by the JDK alone. */
  private static String algorithmOf(String keyId, KeyPair pair) {
    String token =
        JwtSvidSigner.of(keyId, pair.getPrivate(), pair.getPublic())
            .sign(WEB, List.of("reports"), NOW, END)
            .token();
    TestTokens.verify(token);
    String header = decode(token.substring(0, token.indexOf('.')));
    String algorithm = header.substring(8, 13);
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    assertThat(
            TestTokens.verifies(
                token.substring(0, token.lastIndexOf('.')), signature, pair.getPublic(), algorithm))
        .isTrue();
    return algorithm;
  }

  @Test
  @DisplayName("JWT-06 keys of other kinds and sizes do not sign")
  void refusesOtherKeys() throws GeneralSecurityException {
    KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtSvidSigner.of("k", ed25519.getPrivate(), ed25519.getPublic()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtSvidSigner.of("k", WEAK_RSA.getPrivate(), WEAK_RSA.getPublic()));
    KeyPair other = TestTokens.ec("secp256r1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtSvidSigner.of("k", P256.getPrivate(), other.getPublic()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtSvidSigner.of("k", P256.getPrivate(), P384.getPublic()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtSvidSigner.of("k", P256.getPrivate(), RSA.getPublic()));
  }

  @Test
  @DisplayName("JWT-08, JWT-44 there is a key ID, of a length that can be read back")
  void requiresAKeyId() {
    assertThat(signer.keyId()).isEqualTo("p256");
    assertThat(signer.publicKey()).isEqualTo(P256.getPublic());
    for (String bad : List.of("", "k".repeat(4096), "\ud800")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> JwtSvidSigner.of(bad, P256.getPrivate(), P256.getPublic()));
    }
  }

  @Test
  @DisplayName("JWT-15 at least one audience, none of them empty, at most 32")
  void requiresAnAudience() {
    assertThat(signer.sign(WEB, Collections.nCopies(32, "a"), NOW, END).audience()).hasSize(32);
    for (List<String> bad : List.of(List.<String>of(), List.of("a", ""), names(33))) {
      assertThatIllegalArgumentException().isThrownBy(() -> signer.sign(WEB, bad, NOW, END));
    }
  }

  private static List<String> names(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("a" + i);
    }
    return names;
  }

  @Test
  @DisplayName("JWT-13, JWT-48 a trust domain is not a workload")
  void refusesTrustDomains() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(TestTokens.TRUST_DOMAIN.spiffeId(), List.of("a"), NOW, END));
  }

  @Test
  @DisplayName("JWT-21 the end is a second after the beginning")
  void requiresALifetime() {
    signer.sign(WEB, List.of("a"), NOW, NOW.plusSeconds(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(WEB, List.of("a"), NOW, NOW.plusMillis(999)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(WEB, List.of("a"), NOW, NOW.minusSeconds(1)));
  }

  @Test
  @DisplayName("JWT-11, JWT-54 further claims are written and verify")
  void writesFurtherClaims() {
    Map<String, Object> claims =
        Map.of(
            "iss",
            "https://issuer.example",
            "jti",
            "7",
            "n",
            List.of(1, 2L, 1.5, true),
            "m",
            Map.of("a\"\\\u0001é😀", "b"));
    assertThat(TestTokens.verify(sign(claims).token()).claims())
        .containsEntry("iss", "https://issuer.example")
        .containsEntry("jti", "7")
        .containsEntry("n", List.of(1L, 2L, 1.5, true))
        .containsEntry("m", Map.of("a\"\\\u0001é😀", "b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "aud", "iat", "exp"})
  @DisplayName("further claims do not replace the signer's own")
  void protectsItsClaims(String name) {
    sign(Map.of("other", "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> sign(Map.of(name, "x")));
  }

  @Test
  @DisplayName("what our reader would refuse is not signed")
  void refusesClaimsThatCannotBeRead() {
    sign(Map.of("nbf", NOW_SECONDS));
    Map<String, Object> none = new HashMap<>();
    none.put("x", nothing());
    Object deep = "x";
    for (int i = 0; i < 40; i++) {
      deep = List.of(deep);
    }
    List<Map<String, Object>> bad =
        List.of(
            none,
            Map.of("x", new Object()),
            Map.of("x", Double.NaN),
            Map.of("x", "\udc00"),
            Map.of("x", Map.of(1, 2)),
            Map.of("x", deep),
            Map.of("x", "x".repeat(65_536)),
            Map.of("nbf", "today"));
    for (Map<String, Object> claims : bad) {
      assertThatIllegalArgumentException().isThrownBy(() -> sign(claims));
    }
  }

  @SuppressWarnings("NullAway") // what a caller without nullness checks would pass
  private static Object nothing() {
    return null;
  }

  @Test
  void signsWithKeysThatCannotBeRead() {
    OpaqueKeys hsm = new OpaqueKeys();
    for (String keyId : List.of("p256", "rsa")) {
      KeyPair pair = keyId.equals("rsa") ? RSA : P256;
      JwtSvidSigner opaque =
          JwtSvidSigner.of(keyId, OpaqueKeys.hide(pair.getPrivate()), pair.getPublic(), hsm);
      TestTokens.verify(opaque.sign(WEB, List.of("reports"), NOW, END).token());
    }
    // Without the provider there is nothing that could use the key.
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> JwtSvidSigner.of("k", OpaqueKeys.hide(P256.getPrivate()), P256.getPublic()));
  }

  @Test
  void signsAndVerifiesWithBouncyCastle() throws GeneralSecurityException {
    BouncyCastleProvider provider = new BouncyCastleProvider();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    JwtSvidSigner signer = JwtSvidSigner.of("k", pair.getPrivate(), pair.getPublic(), provider);
    String token = signer.sign(WEB, List.of("reports"), NOW, END).token();

    JwtBundle bundle = JwtBundle.of(TestTokens.TRUST_DOMAIN, Map.of("k", pair.getPublic()));
    JwtSvidVerifier.Builder verifier =
        JwtSvidVerifier.builder(id -> Optional.of(bundle), "reports")
            .clock(InstantSource.fixed(NOW));
    assertThat(verifier.build().verify(token).spiffeId()).isEqualTo(WEB);
    assertThat(verifier.signatureProvider(provider).build().verify(token).spiffeId())
        .isEqualTo(WEB);
  }

  @Test
  void printsNoKeyAndNoToken() {
    JwtSvid svid = sign(Map.of("secret", "hunter2"));
    assertThat(signer).hasToString("JwtSvidSigner[p256, ES256]");
    assertThat(svid.withHint("internal").toString())
        .doesNotContain(svid.token())
        .doesNotContain(svid.token().substring(svid.token().lastIndexOf('.') + 1))
        .contains("spiffe://example.org/web");
  }
}
