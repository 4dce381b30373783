package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestTokens.HEADER;
import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.NOW_SECONDS;
import static dev.spiffe4j.jwt.TestTokens.good;
import static dev.spiffe4j.jwt.TestTokens.payload;
import static dev.spiffe4j.jwt.TestTokens.refusal;
import static dev.spiffe4j.jwt.TestTokens.token;
import static dev.spiffe4j.jwt.TestTokens.verifier;
import static dev.spiffe4j.jwt.TestTokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("JWT-SVID §3, §4: claims")
final class JwtClaimsTest {
  private static final String SUB = "\"spiffe://example.org/web\"";
  private static final String AUD = "\"reports\"";
  private static final String EXP = String.valueOf(NOW_SECONDS + 300);

  @BeforeEach
  void acceptsTheGoodToken() {
    VerifiedJwtSvid svid = verify(good());
    assertThat(svid.spiffeId()).hasToString("spiffe://example.org/web");
    assertThat(svid.audience()).containsExactly("reports");
    assertThat(svid.expiresAt()).isEqualTo(NOW.plusSeconds(300));
  }

  private static Reason refusalOf(String payload) {
    return refusal(token(HEADER, payload));
  }

  @Test
  @DisplayName("JWT-11 unknown claims are accepted and given as they are")
  void acceptsOtherClaims() {
    String more = ",\"iss\":\"x\",\"n\":[1,2.5,true,{\"a\":null}],\"nil\":null,\"jti\":\"7\"";
    VerifiedJwtSvid svid = verify(token(HEADER, payload(more)));
    assertThat(svid.claims())
        .containsEntry("iss", "x")
        .containsEntry("n", List.of(1L, 2.5, true, Map.of()))
        .doesNotContainKey("nil")
        .containsKeys("sub", "aud", "exp");
  }

  @Test
  void claimsCannotBeChanged() {
    VerifiedJwtSvid svid = verify(token(HEADER, payload(",\"n\":[{\"a\":[1]}]")));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> svid.claims().put("x", "y"));
    List<?> list = (List<?>) svid.claims().get("n");
    assertThat(list).isNotNull();
    assertThat(list).isUnmodifiable();
    Map<?, ?> map = (Map<?, ?>) list.get(0);
    assertThat(map).isUnmodifiable();
    assertThat((List<?>) map.get("a")).isUnmodifiable();
    assertThat(svid.audience()).isUnmodifiable();
  }

  @Test
  void printsNoClaims() {
    VerifiedJwtSvid svid = verify(token(HEADER, payload(",\"secret\":\"hunter2\"")));
    assertThat(svid.toString()).contains("spiffe://example.org/web").doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "null",
        "[]",
        "{}",
        "true",
        "\"\"",
        "\"web\"",
        "\"spiffe://TD/x\"",
        "\"SPIFFE://example.org/web\"",
        "\"https://example.org/web\"",
        "\"spiffe://example.org/\"",
        "\"spiffe://example.org/web#\"",
        "\"spiffe://example.org/%77eb\"",
        "[\"spiffe://example.org/web\"]",
        "\"spiffe://example.org/web\\u0000\""
      })
  @DisplayName("JWT-14, JWT-42, ID-49 another sub than a SPIFFE ID is refused")
  void refusesOtherSubjects(String sub) {
    assertThat(refusalOf(payload(sub, AUD, EXP, ""))).isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("JWT-14, JWT-16, JWT-22 sub, aud and exp are required")
  void requiresClaims() {
    assertThat(refusalOf("{\"aud\":" + AUD + ",\"exp\":" + EXP + "}"))
        .isEqualTo(Reason.BAD_SPIFFE_ID);
    assertThat(refusalOf("{\"sub\":" + SUB + ",\"exp\":" + EXP + "}"))
        .isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusalOf("{\"sub\":" + SUB + ",\"aud\":" + AUD + "}"))
        .isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusalOf("{}")).isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("JWT-48 a sub without path is refused")
  void refusesATrustDomainAsSubject() {
    assertThat(refusalOf(payload("\"spiffe://example.org\"", AUD, EXP, "")))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"\"",
        "null",
        "5",
        "{}",
        "[1]",
        "[\"reports\",1]",
        "[\"\"]",
        "[null]",
        "[[\"reports\"]]",
        "[\"reports\",\"\"]"
      })
  @DisplayName("JWT-16, JWT-18 an aud that is empty or of another type is refused")
  void refusesOtherAudiences(String aud) {
    assertThat(refusalOf(payload(SUB, aud, EXP, ""))).isEqualTo(Reason.BAD_PROFILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"reports\"", "[\"reports\"]", "[\"b\",\"reports\"]"})
  @DisplayName("JWT-18, JWT-43 aud is a text or an array of them")
  void acceptsBothFormsOfAudience(String aud) {
    assertThat(verify(token(HEADER, payload(SUB, aud, EXP, ""))).audience()).contains("reports");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"report\"",
        "\"reports2\"",
        "\"Reports\"",
        "\" reports\"",
        "\"reports \"",
        "\"b reports\"",
        "[\"a\",\"b\"]",
        "\"*\"",
        "\"spiffe://example.org\""
      })
  @DisplayName("JWT-17 the audience is compared exactly")
  void refusesTokensForOthers(String aud) {
    assertThat(refusalOf(payload(SUB, aud, EXP, ""))).isEqualTo(Reason.WRONG_AUDIENCE);
  }

  @Test
  @DisplayName("JWT-17 any of our names will do")
  void acceptsAnyOfOurNames() {
    JwtSvidVerifier verifier =
        JwtSvidVerifier.builder(TestTokens.bundles(), "other", "reports")
            .clock(InstantSource.fixed(NOW))
            .build();
    assertThat(verifier.verify(good()).audience()).containsExactly("reports");
  }

  @Test
  @DisplayName("JWT-41, JWT-49 there is no verifier without an audience")
  void requiresAnAudience() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtSvidVerifier.builder(TestTokens.bundles(), ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtSvidVerifier.builder(TestTokens.bundles(), "a", ""));
  }

  @Test
  @DisplayName("the number of audiences is bounded")
  void limitsAudiences() {
    verify(token(HEADER, payload(SUB, audiences(32), EXP, "")));
    assertThat(refusalOf(payload(SUB, audiences(33), EXP, ""))).isEqualTo(Reason.TOO_LARGE);
  }

  private static String audiences(int count) {
    return IntStream.range(1, count)
        .mapToObj(i -> ",\"a" + i + "\"")
        .collect(Collectors.joining("", "[\"reports\"", "]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "\"1\"",
        "\"2030-01-01\"",
        "[]",
        "{}",
        "true",
        "1e300",
        "-1e300",
        "9223372036854775808"
      })
  @DisplayName("JWT-22, JWT-53 an exp that is no time is refused")
  void refusesOtherExpiries(String exp) {
    assertThat(refusalOf(payload(SUB, AUD, exp, ""))).isEqualTo(Reason.BAD_PROFILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "NaN", "Infinity", "+5", "05", "1.", ".5", "0x10", "-"})
  @DisplayName("JWT-53 an exp that is no JSON number is refused")
  void refusesOtherNumbers(String exp) {
    assertThat(refusalOf(payload(SUB, AUD, exp, ""))).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("JWT-53 an exp with a fraction or an exponent is cut to seconds")
  void acceptsFractions() {
    assertThat(verify(token(HEADER, payload(SUB, AUD, EXP + ".75", ""))).expiresAt())
        .isEqualTo(NOW.plusSeconds(300));
    assertThat(verify(token(HEADER, payload(SUB, AUD, "1.8e9", ""))).expiresAt())
        .isEqualTo(Instant.ofEpochSecond(1_800_000_000));
  }

  @Test
  @DisplayName("JWT-53 an exp beyond year 9999 is its end")
  void boundsExpiries() {
    assertThat(verify(token(HEADER, payload(SUB, AUD, "9223372036854775807", ""))).expiresAt())
        .isEqualTo(Instant.parse("9999-12-31T23:59:59Z"));
    assertThat(refusalOf(payload(SUB, AUD, "-9223372036854775808", ""))).isEqualTo(Reason.EXPIRED);
    assertThat(refusalOf(payload(SUB, AUD, "-1", ""))).isEqualTo(Reason.EXPIRED);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 60, 300})
  @DisplayName("JWT-23, JWT-47 the boundary of exp is exact")
  void endsExactly(long leeway) {
    JwtSvidVerifier verifier = verifier().leeway(Duration.ofSeconds(leeway)).build();
    verifier.verify(expiringAt(NOW_SECONDS - leeway + 1));
    assertThat(refusalBy(verifier, expiringAt(NOW_SECONDS - leeway))).isEqualTo(Reason.EXPIRED);
    assertThat(refusalBy(verifier, expiringAt(NOW_SECONDS - leeway - 1))).isEqualTo(Reason.EXPIRED);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 60, 300})
  @DisplayName("JWT-27, JWT-47 the boundary of nbf is exact")
  void beginsExactly(long leeway) {
    JwtSvidVerifier verifier = verifier().leeway(Duration.ofSeconds(leeway)).build();
    verifier.verify(token(HEADER, payload(",\"nbf\":" + (NOW_SECONDS + leeway))));
    assertThat(
            refusalBy(verifier, token(HEADER, payload(",\"nbf\":" + (NOW_SECONDS + leeway + 1)))))
        .isEqualTo(Reason.NOT_YET_VALID);
  }

  private static String expiringAt(long seconds) {
    return token(HEADER, payload(SUB, AUD, String.valueOf(seconds), ""));
  }

  private static Reason refusalBy(JwtSvidVerifier verifier, String token) {
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> verifier.verify(token));
    assertThat(refusal.spiffeId().map(Object::toString)).contains("spiffe://example.org/web");
    return refusal.reason();
  }

  @Test
  @DisplayName("JWT-47 the default leeway is 60 s")
  void defaultLeeway() {
    verify(expiringAt(NOW_SECONDS - 59));
    assertThat(refusal(expiringAt(NOW_SECONDS - 60))).isEqualTo(Reason.EXPIRED);
  }

  @Test
  @DisplayName("JWT-23 leeway is bounded to 5 minutes")
  void boundsLeeway() {
    verifier().leeway(Duration.ofMinutes(5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> verifier().leeway(Duration.ofMinutes(5).plusNanos(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> verifier().leeway(Duration.ofNanos(-1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"1\"", "[]", "1e300"})
  @DisplayName("JWT-27 an nbf that is no time is refused")
  void refusesOtherNotBefore(String nbf) {
    assertThat(refusalOf(payload(",\"nbf\":" + nbf))).isEqualTo(Reason.BAD_PROFILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "99999999999", "\"yesterday\"", "null", "1e300"})
  @DisplayName("JWT-47 iat decides nothing")
  void ignoresIssuedAt(String iat) {
    verify(token(HEADER, payload(",\"iat\":" + iat)));
  }

  @Test
  @DisplayName("JWT-39 the same token twice is accepted, jti or not")
  void doesNotTrackTokens() {
    JwtSvidVerifier verifier = verifier().build();
    String token = token(HEADER, payload(",\"jti\":\"1\""));
    verifier.verify(token);
    verifier.verify(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"sub\":\"spiffe://example.org/db\"",
        ",\"s\\u0075b\":\"spiffe://example.org/db\"",
        ",\"exp\":1",
        ",\"x\":{\"a\":1,\"a\":2}"
      })
  @DisplayName("JWT-29 duplicate claims are refused")
  void refusesDuplicates(String more) {
    assertThat(refusalOf(payload(more))).isEqualTo(Reason.MALFORMED);
  }
}
