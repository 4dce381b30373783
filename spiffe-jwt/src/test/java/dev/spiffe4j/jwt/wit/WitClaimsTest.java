package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.NOW_SECONDS;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static dev.spiffe4j.jwt.wit.WitTokens.CNF;
import static dev.spiffe4j.jwt.wit.WitTokens.HEADER;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD_RSA;
import static dev.spiffe4j.jwt.wit.WitTokens.cnf;
import static dev.spiffe4j.jwt.wit.WitTokens.good;
import static dev.spiffe4j.jwt.wit.WitTokens.goodProof;
import static dev.spiffe4j.jwt.wit.WitTokens.jwk;
import static dev.spiffe4j.jwt.wit.WitTokens.members;
import static dev.spiffe4j.jwt.wit.WitTokens.payload;
import static dev.spiffe4j.jwt.wit.WitTokens.prove;
import static dev.spiffe4j.jwt.wit.WitTokens.refusal;
import static dev.spiffe4j.jwt.wit.WitTokens.token;
import static dev.spiffe4j.jwt.wit.WitTokens.verifier;
import static dev.spiffe4j.jwt.wit.WitTokens.verify;
import static dev.spiffe4j.jwt.wit.WitTokens.withCnf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.TestTokens;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("WIT-SVID §3: claims")
final class WitClaimsTest {
  private static final String SUB = "\"spiffe://example.org/web\"";
  private static final String EXP = String.valueOf(NOW_SECONDS + 300);

  @BeforeEach
  void acceptsTheGoodToken() {
    assertThat(prove(good(), goodProof(good())).spiffeId()).isEqualTo(WitTokens.WEB);
  }

  private static Reason refusalAt(Instant now, String token) {
    return refusal(verifier().clock(InstantSource.fixed(now)), token);
  }

  private static void verifyAt(Instant now, String token) {
    verifier().clock(InstantSource.fixed(now)).build().verify(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "1",
        "\"\"",
        "\"web\"",
        "\"wimse://example.org/web\"",
        "\"https://example.org/web\"",
        "\"spiffe://example.org/Web/\"",
        "\"SPIFFE://example.org/web\"",
        "\"spiffe://EXAMPLE.org/web\"",
        "[\"spiffe://example.org/web\"]"
      })
  @DisplayName("WIT-13 sub is a SPIFFE ID")
  void requiresASpiffeId(String sub) {
    assertThat(refusal(token(HEADER, payload(sub, EXP, CNF, "")))).isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("WIT-13 no sub is refused")
  void requiresASubject() {
    assertThat(refusal(token(HEADER, "{\"exp\":" + EXP + ",\"cnf\":" + CNF + "}")))
        .isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("WIT-64 a trust domain is not a workload")
  void refusesTrustDomains() {
    String token = token(HEADER, payload("\"spiffe://example.org\"", EXP, CNF, ""));
    assertThat(refusal(token)).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-15 no cnf is refused")
  void requiresAConfirmation() {
    assertThat(refusal(token(HEADER, "{\"sub\":" + SUB + ",\"exp\":" + EXP + "}")))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-16 cnf is an object with one public key in jwk")
  void requiresOneKey() {
    String jwk = jwk(WORKLOAD.getPublic(), "ES256");
    String[] bad = {
      "null",
      "\"" + "key" + "\"",
      "[" + jwk + "]",
      "{}",
      "{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}",
      "{\"kid\":\"key\"}",
      "{\"jku\":\"https://keys.example.org\",\"kid\":\"key\"}",
      "{\"jwk\":\"key\"}",
      "{\"jwk\":null}",
      "{\"jwk\":[" + jwk + "]}",
      "{\"jwk\":" + jwk + ",\"kid\":\"key\"}",
      "{\"jwk\":" + jwk + ",\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}",
      "{\"jwk\":" + jwk + ",\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}",
      "{\"jwk\":" + jwk + ",\"jwe\":\"a.b.c.d.e\"}",
      cnf(jwk.replace("}", ",\"use\":\"enc\"}")),
      cnf(jwk.replace("}", ",\"key_ops\":[\"encrypt\"]}"))
    };
    for (String cnf : bad) {
      assertThat(refusal(withCnf(cnf))).as(cnf).isEqualTo(Reason.BAD_PROFILE);
    }
    verify(withCnf("{\"jwk\":" + jwk + ",\"other\":1}"));
    verify(withCnf(cnf(jwk.replace("}", ",\"use\":\"sig\",\"kid\":\"mine\",\"other\":1}"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"none\"",
        "\"HS256\"",
        "\"EdDSA\"",
        "\"ES256K\"",
        "\"RSA-OAEP\"",
        "\"\"",
        "null",
        "1"
      })
  @DisplayName("WIT-17 cnf.jwk.alg is one of the nine")
  void requiresAnAlgorithm(String algorithm) {
    String jwk = "{" + members(WORKLOAD.getPublic()) + ",\"alg\":" + algorithm + "}";
    assertThat(refusal(withCnf(cnf(jwk)))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    assertThat(refusal(withCnf(cnf("{" + members(WORKLOAD.getPublic()) + "}"))))
        .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("WIT-18 a private or symmetric key in cnf is refused")
  void refusesPrivateKeys() {
    String jwk = jwk(WORKLOAD.getPublic(), "ES256");
    for (String name : new String[] {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
      String leaked = cnf(jwk.replace("}", ",\"" + name + "\":\"AQAB\"}"));
      assertThat(refusal(withCnf(leaked))).as(name).isEqualTo(Reason.BAD_PROFILE);
    }
    String symmetric = cnf("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"alg\":\"ES256\"}");
    assertThat(refusal(withCnf(symmetric))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-18 keys of other kinds and sizes, and points off the curve, are refused")
  void refusesOtherKeys() {
    String ed25519 =
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"ES256\","
            + "\"x\":\"1CXXvflN_LVVsIsYXsUvB03JmlGWeCHqQVuouCF92bg\"}";
    assertThat(refusal(withCnf(cnf(ed25519)))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    KeyPair weak = TestTokens.WEAK_RSA;
    assertThat(refusal(withCnf(cnf(weakJwk(weak))))).isEqualTo(Reason.WEAK_KEY);
    String zero = "A".repeat(43);
    String offCurve =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"x\":\"%s\",\"y\":\"%s\"}"
            .formatted(zero, zero);
    assertThat(refusal(withCnf(cnf(offCurve)))).isEqualTo(Reason.MALFORMED);
  }

  private static String weakJwk(KeyPair weak) {
    RSAPublicKey key = (RSAPublicKey) weak.getPublic();
    return "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"n\":\"%s\",\"e\":\"AQAB\"}"
        .formatted(WitTokens.number(key.getModulus(), 128));
  }

  @ParameterizedTest
  @CsvSource({"ES256", "ES384", "ES512"})
  @DisplayName("WIT-63 an RSA key with an algorithm of curves is refused")
  void bindsTheAlgorithmToRsa(String algorithm) {
    verify(withCnf(cnf(jwk(WORKLOAD_RSA.getPublic(), "PS256"))));
    assertThat(refusal(withCnf(cnf(jwk(WORKLOAD_RSA.getPublic(), algorithm)))))
        .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @ParameterizedTest
  @CsvSource({"ES384", "ES512", "RS256", "PS512"})
  @DisplayName("WIT-63 a curve with the algorithm of another key is refused")
  void bindsTheAlgorithmToTheCurve(String algorithm) {
    assertThat(refusal(withCnf(cnf(jwk(WORKLOAD.getPublic(), algorithm)))))
        .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("WIT-19 jti may be absent, and is told where it is present")
  void toleratesTokenIds() {
    assertThat(prove(good(), goodProof(good())).tokenId()).isEmpty();
    String token = token(HEADER, payload(",\"jti\":\"seven\""));
    assertThat(prove(token, goodProof(token)).tokenId()).contains("seven");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"tomorrow\"", "\"1767323045\"", "[]", "true", "1e300"})
  @DisplayName("WIT-23 exp is a time")
  void requiresAnExpiry(String exp) {
    assertThat(refusal(token(HEADER, payload(SUB, exp, CNF, "")))).isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(token(HEADER, "{\"sub\":" + SUB + ",\"cnf\":" + CNF + "}")))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-24 an expired token is refused, 60 seconds of leeway later")
  void refusesExpiredTokens() {
    Instant end = NOW.plusSeconds(300);
    verifyAt(end.plusSeconds(59), good());
    assertThat(refusalAt(end.plusSeconds(60), good())).isEqualTo(Reason.EXPIRED);
    WitSvidVerifier.Builder strict = verifier().leeway(Duration.ZERO);
    strict.clock(InstantSource.fixed(end.minusMillis(1))).build().verify(good());
    assertThat(refusal(strict.clock(InstantSource.fixed(end)), good())).isEqualTo(Reason.EXPIRED);
  }

  @Test
  @DisplayName("WIT-25 leeway of more than two minutes is refused")
  void boundsTheLeeway() {
    WitSvidVerifier.Builder builder = verifier().leeway(Duration.ofMinutes(2));
    builder.clock(InstantSource.fixed(NOW.plusSeconds(419))).build().verify(good());
    for (Duration bad : new Duration[] {Duration.ofSeconds(121), Duration.ofMillis(-1)}) {
      assertThatIllegalArgumentException().isThrownBy(() -> verifier().leeway(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> verifier().notBeforeLeeway(bad));
    }
  }

  @Test
  @DisplayName("WIT-28, WIT-61 a token that begins in the future is refused, without leeway")
  void refusesTokensOfTheFuture() {
    verify(token(HEADER, payload(",\"nbf\":" + NOW_SECONDS)));
    String early = token(HEADER, payload(",\"nbf\":" + (NOW_SECONDS + 10)));
    assertThat(refusal(early)).isEqualTo(Reason.NOT_YET_VALID);
    verifier().notBeforeLeeway(Duration.ofSeconds(10)).build().verify(early);
    assertThat(refusal(verifier().notBeforeLeeway(Duration.ofSeconds(9)), early))
        .isEqualTo(Reason.NOT_YET_VALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"0\"", "[]", "false"})
  @DisplayName("WIT-28 an nbf that is not a time is refused")
  void refusesOtherBeginnings(String nbf) {
    assertThat(refusal(token(HEADER, payload(",\"nbf\":" + nbf)))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-29 lifetimes above a configured maximum are refused")
  void limitsTheLifetime() {
    WitSvidVerifier.Builder twoHours = verifier().maxLifetime(Duration.ofHours(2));
    String nbf = ",\"nbf\":" + (NOW_SECONDS - 3600);
    String good = String.valueOf(NOW_SECONDS + 3600);
    String threeHours = String.valueOf(NOW_SECONDS + 7200);
    twoHours.build().verify(token(HEADER, payload(SUB, good, CNF, nbf)));
    assertThat(refusal(twoHours, token(HEADER, payload(SUB, threeHours, CNF, nbf))))
        .isEqualTo(Reason.BAD_PROFILE);
    // Without nbf, what is left counts.
    twoHours.build().verify(token(HEADER, payload(SUB, threeHours, CNF, "")));
    String more = String.valueOf(NOW_SECONDS + 7201);
    assertThat(refusal(twoHours, token(HEADER, payload(SUB, more, CNF, ""))))
        .isEqualTo(Reason.BAD_PROFILE);
    // Not limited unless asked for.
    verify(token(HEADER, payload(SUB, "253402300799", CNF, "")));
    assertThatIllegalArgumentException().isThrownBy(() -> verifier().maxLifetime(Duration.ZERO));
  }

  @Test
  @DisplayName("WIT-30, WIT-31, WIT-60 iat is told and decides nothing")
  void ignoresTheTimeOfIssue() {
    String token = token(HEADER, payload(",\"iat\":" + (NOW_SECONDS + 3600)));
    assertThat(prove(token, goodProof(token)).issuedAt()).contains(NOW.plusSeconds(3600));
    String odd = token(HEADER, payload(",\"iat\":\"yesterday\""));
    assertThat(prove(odd, goodProof(odd)).issuedAt()).isEmpty();
  }

  @Test
  @DisplayName("WIT-32, WIT-36 iss may be present, and claims that are not known are ignored")
  void toleratesOtherClaims() {
    String token =
        token(HEADER, payload(",\"iss\":\"https://issuer.example\",\"role\":[\"a\",null]"));
    assertThat(prove(token, goodProof(token)).claims())
        .containsEntry("iss", "https://issuer.example")
        .containsEntry("role", List.of("a"))
        .containsEntry("sub", "spiffe://example.org/web");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"reports\"", "[\"reports\"]", "[]", "\"\"", "null", "{}"})
  @DisplayName("WIT-59 any aud is refused")
  void refusesAudiences(String audience) {
    assertThat(refusal(token(HEADER, payload(",\"aud\":" + audience))))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-51 a trust domain without WIT keys has no WIT-SVIDs")
  void refusesOtherTrustDomains() {
    String other = token(HEADER, payload("\"spiffe://other.org/web\"", EXP, CNF, ""));
    assertThat(refusal(other)).isEqualTo(Reason.NO_BUNDLE);
    WitBundle empty = WitBundle.of(TRUST_DOMAIN, Map.of());
    assertThat(refusal(verifierOf(empty), good())).isEqualTo(Reason.UNKNOWN_KEY);
    // A source that answers with another trust domain's bundle.
    WitBundle own = WitTokens.bundles().witBundle(TRUST_DOMAIN).orElseThrow();
    assertThat(refusal(verifierOf(own), other)).isEqualTo(Reason.NO_BUNDLE);
  }

  private static WitSvidVerifier.Builder verifierOf(WitBundle bundle) {
    return WitSvidVerifier.builder(trustDomain -> Optional.of(bundle))
        .clock(InstantSource.fixed(NOW));
  }
}
