package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.NOW_SECONDS;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.P521;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.TestTokens.WEAK_RSA;
import static dev.spiffe4j.jwt.TestTokens.decode;
import static dev.spiffe4j.jwt.wit.WitTokens.WEB;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD_RSA;
import static dev.spiffe4j.jwt.wit.WitTokens.jwk;
import static dev.spiffe4j.jwt.wit.WitTokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import dev.spiffe4j.jwt.TestTokens;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("WIT-SVID §2, §3, §4: issuing")
final class WitSvidSignerTest {
  private static final Instant END = NOW.plusSeconds(600);
  private static final ConfirmationKey KEY = ConfirmationKey.of(WORKLOAD.getPublic());

  private static WitSvidSigner.Builder signer() {
    return WitSvidSigner.builder("p256", P256.getPrivate(), P256.getPublic());
  }

  private static String header(IssuedWitSvid svid) {
    return decode(svid.token().split("\\.", -1)[0]);
  }

  private static String payload(IssuedWitSvid svid) {
    return decode(svid.token().split("\\.", -1)[1]);
  }

  @Test
  @DisplayName("WIT-07, WIT-08, WIT-10, WIT-14, WIT-34, WIT-37 header and claims are these")
  void writesHeaderAndClaims() {
    IssuedWitSvid svid =
        signer().tokenIds(false).build().sign(WEB, KEY, NOW.plusMillis(999), END.plusMillis(999));
    assertThat(header(svid)).isEqualTo("{\"alg\":\"ES256\",\"kid\":\"p256\",\"typ\":\"wit+jwt\"}");
    assertThat(payload(svid))
        .isEqualTo(
            "{\"sub\":\"spiffe://example.org/web\",\"iat\":%d,\"exp\":%d,\"cnf\":{\"jwk\":%s}}"
                .formatted(NOW_SECONDS, NOW_SECONDS + 600, jwk(WORKLOAD.getPublic(), "ES256")));
    assertThat(svid.spiffeId()).isEqualTo(WEB);
    assertThat(svid.expiresAt()).isEqualTo(END);
    assertThat(svid.confirmationKey()).isEqualTo(KEY);
    assertThat(svid.tokenId()).isEmpty();
    verify(svid.token());
  }

  @Test
  @DisplayName("WIT-02 what is issued is a WIT of WIMSE, to another library")
  void issuesWits() throws ParseException, JOSEException {
    IssuedWitSvid svid =
        WitSvidSigner.of("p256", P256.getPrivate(), P256.getPublic()).sign(WEB, KEY, NOW);
    SignedJWT jwt = SignedJWT.parse(svid.token());
    assertThat(jwt.getHeader().getType()).isEqualTo(new JOSEObjectType("wit+jwt"));
    assertThat(jwt.verify(new ECDSAVerifier((ECPublicKey) P256.getPublic()))).isTrue();
    assertThat(jwt.getJWTClaimsSet().getSubject()).isEqualTo("spiffe://example.org/web");
    assertThat(jwt.getJWTClaimsSet().getExpirationTime()).isNotNull();
    assertThat(jwt.getJWTClaimsSet().getJWTID()).isNotEmpty();
    Map<String, Object> cnf = jwt.getJWTClaimsSet().getJSONObjectClaim("cnf");
    JWK jwk = JWK.parse(JSONObjectUtils.getJSONObject(cnf, "jwk"));
    assertThat(jwk.isPrivate()).isFalse();
    assertThat(jwk.getAlgorithm().getName()).isEqualTo("ES256");
    assertThat(jwk.toECKey().toPublicKey()).isEqualTo(WORKLOAD.getPublic());
  }

  @Test
  @DisplayName("WIT-08 the algorithm is that of the key, or one that was asked for")
  void choosesTheAlgorithm() {
    assertThat(algorithm("rsa", RSA, null)).isEqualTo("RS256");
    assertThat(algorithm("p256", P256, null)).isEqualTo("ES256");
    assertThat(algorithm("p384", P384, null)).isEqualTo("ES384");
    assertThat(algorithm("p521", P521, null)).isEqualTo("ES512");
    for (String name : List.of("RS384", "RS512", "PS256", "PS384", "PS512")) {
      assertThat(algorithm("rsa", RSA, name)).isEqualTo(name);
    }
  }

  private static String algorithm(String keyId, KeyPair pair, @Nullable String asked) {
    WitSvidSigner.Builder builder =
        WitSvidSigner.builder(keyId, pair.getPrivate(), pair.getPublic());
    if (asked != null) {
      builder.algorithm(asked);
    }
    IssuedWitSvid svid = builder.build().sign(WEB, KEY, NOW);
    verify(svid.token());
    return header(svid).substring(8, 13);
  }

  @Test
  @DisplayName("WIT-08 keys and algorithms of other kinds do not sign")
  void refusesOtherKeys() throws GeneralSecurityException {
    signer().algorithm("ES256").build();
    KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    for (KeyPair bad :
        List.of(
            ed25519,
            WEAK_RSA,
            new KeyPair(P256.getPublic(), P384.getPrivate()),
            new KeyPair(P256.getPublic(), WORKLOAD.getPrivate()))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> WitSvidSigner.of("k", bad.getPrivate(), bad.getPublic()));
    }
    for (String bad : List.of("ES384", "RS256", "PS256")) {
      assertThatIllegalArgumentException().isThrownBy(() -> signer().algorithm(bad).build());
    }
    for (String bad : List.of("none", "HS256", "EdDSA", "es256", "")) {
      assertThatIllegalArgumentException().isThrownBy(() -> signer().algorithm(bad));
    }
  }

  @Test
  @DisplayName("WIT-03, WIT-05 there is a key ID, of a length that can be read back")
  void requiresAKeyId() {
    assertThat(signer().build().keyId()).isEqualTo("p256");
    assertThat(signer().build().publicKey()).isEqualTo(P256.getPublic());
    for (String bad : List.of("", "k".repeat(4096), "\ud800")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> WitSvidSigner.of(bad, P256.getPrivate(), P256.getPublic()));
    }
  }

  @Test
  @DisplayName("WIT-13 a trust domain is not a workload")
  void refusesTrustDomains() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer().build().sign(TestTokens.TRUST_DOMAIN.spiffeId(), KEY, NOW));
  }

  @ParameterizedTest
  @CsvSource({
    "RS256,true",
    "RS384,true",
    "RS512,true",
    "PS256,true",
    "PS384,true",
    "PS512,true",
    "ES256,false",
    "ES384,false",
    "HS256,false",
    "none,false"
  })
  @DisplayName("WIT-17, WIT-63 the algorithm in cnf fits the key")
  void bindsTheAlgorithm(String algorithm, boolean fits) {
    if (!fits) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ConfirmationKey.of(WORKLOAD_RSA.getPublic(), algorithm));
      return;
    }
    ConfirmationKey key = ConfirmationKey.of(WORKLOAD_RSA.getPublic(), algorithm);
    IssuedWitSvid svid = signer().build().sign(WEB, key, NOW);
    assertThat(payload(svid)).contains(jwk(WORKLOAD_RSA.getPublic(), algorithm));
    verify(svid.token());
  }

  @Test
  @DisplayName("WIT-17 the usual algorithm of each kind of key, and no other kinds")
  void knowsTheUsualAlgorithms() throws GeneralSecurityException {
    assertThat(ConfirmationKey.of(RSA.getPublic()).algorithm()).isEqualTo("RS256");
    assertThat(ConfirmationKey.of(P384.getPublic()).algorithm()).isEqualTo("ES384");
    assertThat(ConfirmationKey.of(P521.getPublic()).algorithm()).isEqualTo("ES512");
    KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    for (KeyPair bad : List.of(ed25519, WEAK_RSA)) {
      assertThatIllegalArgumentException().isThrownBy(() -> ConfirmationKey.of(bad.getPublic()));
    }
  }

  @Test
  @DisplayName("WIT-20 a jti has 128 random bits, and none comes twice in a million")
  void makesTokenIdsOnce() {
    String tokenId = signer().build().sign(WEB, KEY, NOW).tokenId().orElseThrow();
    assertThat(Base64.getUrlDecoder().decode(tokenId)).hasSize(16);
    SecureRandom random = new SecureRandom();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1_000_000; i++) {
      ids.add(RandomIds.next(random));
    }
    assertThat(ids).hasSize(1_000_000);
  }

  @Test
  @DisplayName("WIT-20 they come from the randomness that was passed in")
  void usesTheGivenRandomness() {
    SecureRandom zeros =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {}
        };
    assertThat(signer().random(zeros).build().sign(WEB, KEY, NOW).tokenId())
        .contains("A".repeat(22));
  }

  @Test
  @DisplayName("WIT-26 an SVID lives an hour unless asked otherwise")
  void livesAnHour() {
    assertThat(signer().build().sign(WEB, KEY, NOW).expiresAt()).isEqualTo(NOW.plusSeconds(3600));
    signer().build().sign(WEB, KEY, NOW, NOW.plusSeconds(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer().build().sign(WEB, KEY, NOW, NOW.plusMillis(999)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer().build().sign(WEB, KEY, NOW, NOW.minusSeconds(1)));
  }

  @Test
  @DisplayName("WIT-27, WIT-30, WIT-38 nbf, jti and iss are there if asked for")
  void writesOptionalClaims() {
    IssuedWitSvid full =
        signer()
            .backdate(Duration.ofSeconds(30))
            .issuer("spiffe://example.org/server")
            .build()
            .sign(WEB, KEY, NOW);
    assertThat(payload(full))
        .contains("\"nbf\":" + (NOW_SECONDS - 30))
        .contains("\"iat\":" + NOW_SECONDS)
        .contains("\"jti\":\"")
        .contains("\"iss\":\"spiffe://example.org/server\"");
    verify(full.token());
    assertThat(payload(signer().build().sign(WEB, KEY, NOW)))
        .doesNotContain("nbf")
        .doesNotContain("iss");
    for (Duration bad : List.of(Duration.ofSeconds(-1), Duration.ofSeconds(301))) {
      assertThatIllegalArgumentException().isThrownBy(() -> signer().backdate(bad));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://issuer.example",
        "HTTPS://issuer.example",
        "http://x",
        "issuer",
        "a b",
        ""
      })
  @DisplayName("WIT-32, WIT-33 an issuer that OpenID Connect could look up is refused")
  void refusesWebIssuers(String issuer) {
    signer().issuer("urn:example:issuer");
    assertThatIllegalArgumentException().isThrownBy(() -> signer().issuer(issuer));
  }

  @Test
  @DisplayName("WIT-35 further claims are written and verify")
  void writesFurtherClaims() {
    IssuedWitSvid svid =
        signer().build().sign(WEB, KEY, NOW, END, Map.of("role", List.of("a", 1, true)));
    assertThat(payload(svid)).contains("\"role\":[\"a\",1,true]");
    verify(svid.token());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "exp", "iat", "nbf", "jti", "iss", "cnf", "aud"})
  @DisplayName("WIT-34 further claims are none of the signer's own, and no aud")
  void protectsItsClaims(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer().build().sign(WEB, KEY, NOW, END, Map.of(name, "x")));
  }

  @Test
  void refusesClaimsThatCannotBeRead() {
    List<Map<String, Object>> bad =
        List.of(
            Map.of("x", new Object()),
            Map.of("x", Double.NaN),
            Map.of("x", "\udc00"),
            Map.of("x", "x".repeat(65_536)));
    for (Map<String, Object> claims : bad) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> signer().build().sign(WEB, KEY, NOW, END, claims));
    }
  }

  @Test
  @DisplayName("WIT-66 a token as SPIRE mints them, without jti and nbf, is good")
  void agreesWithSpire() {
    String payload =
        "{\"cnf\":{\"jwk\":%s},\"exp\":%d,\"iat\":%d,\"iss\":\"https://spire.example\",\"sub\":\"%s\"}"
            .formatted(jwk(WORKLOAD.getPublic(), "ES256"), NOW_SECONDS + 3600, NOW_SECONDS, WEB);
    verify(WitTokens.token(WitTokens.HEADER, payload));
  }

  @Test
  void signsWithAProvider() throws GeneralSecurityException {
    BouncyCastleProvider provider = new BouncyCastleProvider();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
    generator.initialize(256);
    KeyPair workload = generator.generateKeyPair();
    IssuedWitSvid issued =
        signer()
            .signatureProvider(provider)
            .build()
            .sign(WEB, ConfirmationKey.of(workload.getPublic()), NOW);
    WitTokens.verifier().signatureProvider(provider).build().verify(issued.token());
    assertThat(WitSvid.of(issued.token(), workload.getPrivate(), provider).spiffeId())
        .isEqualTo(WEB);
    // Equal by numbers, whichever provider made them.
    assertThat(ConfirmationKey.of(workload.getPublic())).isEqualTo(issued.confirmationKey());
  }

  @Test
  void printsNoKeyAndNoToken() {
    IssuedWitSvid svid = signer().build().sign(WEB, KEY, NOW);
    assertThat(signer().build()).hasToString("WitSvidSigner[p256, ES256]");
    assertThat(svid.toString())
        .contains("spiffe://example.org/web")
        .doesNotContain(svid.token().split("\\.", -1)[1]);
    assertThat(KEY).hasToString("ConfirmationKey[EC, ES256]");
  }
}
