package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestTokens.HEADER;
import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.NOW_SECONDS;
import static dev.spiffe4j.jwt.TestTokens.PAYLOAD;
import static dev.spiffe4j.jwt.TestTokens.good;
import static dev.spiffe4j.jwt.TestTokens.payload;
import static dev.spiffe4j.jwt.TestTokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("JwtSvid: the form of a token, without trust in it")
final class JwtSvidTest {
  private static Reason refusal(String token) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> JwtSvid.parse(token));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  void readsWhatItSays() {
    JwtSvid svid = JwtSvid.parse(token(HEADER, payload(",\"iat\":" + NOW_SECONDS)));
    assertThat(svid.spiffeId()).hasToString("spiffe://example.org/web");
    assertThat(svid.audience()).containsExactly("reports");
    assertThat(svid.expiresAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(svid.issuedAt()).contains(NOW);
    assertThat(svid.hint()).isEmpty();
    assertThat(svid.withHint("internal").hint()).contains("internal");
    assertThat(JwtSvid.parse(good()).issuedAt()).isEmpty();
  }

  @Test
  void keepsTheTextAsItCame() {
    String token = good();
    assertThat(JwtSvid.parse(token).token()).isEqualTo(token);
  }

  @Test
  @DisplayName("neither signature nor time are looked at")
  void checksFormOnly() {
    String expired = token(HEADER, payload("\"spiffe://example.org/web\"", "\"reports\"", "1", ""));
    assertThat(JwtSvid.parse(TestTokens.withSignature(expired, new byte[64])).spiffeId())
        .hasToString("spiffe://example.org/web");
  }

  static List<Arguments> bad() {
    return List.of(
        Arguments.of("", Reason.EMPTY),
        Arguments.of("a.b", Reason.MALFORMED),
        Arguments.of(good() + "=", Reason.MALFORMED),
        Arguments.of("a".repeat(70_000), Reason.TOO_LARGE),
        Arguments.of(token("{\"alg\":\"none\",\"kid\":\"k\"}", PAYLOAD), Reason.BAD_PROFILE),
        Arguments.of(token("{\"alg\":\"ES256\"}", PAYLOAD), Reason.BAD_PROFILE),
        Arguments.of(
            token(HEADER, payload("\"spiffe://TD/x\"", "\"a\"", "1", "")), Reason.BAD_SPIFFE_ID),
        Arguments.of(
            token(HEADER, payload("\"spiffe://td/x\"", "[]", "1", "")), Reason.BAD_PROFILE),
        Arguments.of(token(HEADER, payload(",\"exp\":1")), Reason.MALFORMED));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void refusesOtherForms(String token, Reason reason) {
    JwtSvid.parse(good());
    assertThat(refusal(token)).isEqualTo(reason);
  }
}
