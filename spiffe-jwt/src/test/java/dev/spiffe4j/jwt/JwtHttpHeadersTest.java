package dev.spiffe4j.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtHttpHeadersTest {
  private static final JwtSvid SVID =
      JwtSvidSigner.of("p256", TestTokens.P256.getPrivate(), TestTokens.P256.getPublic())
          .sign(
              SpiffeId.parse("spiffe://example.org/web"),
              List.of("reports"),
              TestTokens.NOW,
              TestTokens.NOW.plusSeconds(60));

  @Test
  @DisplayName("JWT-31, JWT-32 it is sent after Bearer, under a name that HTTP/2 and gRPC take")
  void sendsAsBearer() {
    assertThat(JwtHttpHeaders.toSend(SVID, URI.create("https://reports.example.org/x")))
        .containsExactly(Map.entry("authorization", "Bearer " + SVID.token()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://reports.example.org/", "ws://reports.example.org/", "/x", "https:x"})
  @DisplayName("JWT-40 it is not sent where the way is not secure")
  void refusesInsecureTargets(String target) {
    assertThat(JwtHttpHeaders.toSend(SVID, URI.create("HTTPS://reports.example.org:8443")))
        .isNotEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtHttpHeaders.toSend(SVID, URI.create(target)))
        .withMessageNotContaining(SVID.token());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c", " Bearer a.b.c\t"})
  @DisplayName("JWT-31 what was sent is found, in any case of name and scheme")
  void findsTheToken(String value) {
    assertThat(JwtHttpHeaders.received(Map.of("AUTHORIZATION", List.of(value)))).isEqualTo("a.b.c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic a.b.c", "a.b.c", "Bearer\ta.b.c"})
  @DisplayName("JWT-31 without a bearer token there is no SVID")
  void findsNone(String value) {
    assertThat(refusal(Map.of("Authorization", List.of(value)))).isEqualTo(Reason.NO_SVID);
  }

  @Test
  @DisplayName("JWT-31 of two, readers would pick different ones")
  void refusesTwo() {
    assertThat(refusal(Map.of("Authorization", List.of("Bearer a.b.c", "Bearer d.e.f"))))
        .isEqualTo(Reason.MALFORMED);
    assertThat(
            refusal(
                Map.of(
                    "Authorization", List.of("Bearer a.b.c"),
                    "authorization", List.of("Bearer a.b.c"))))
        .isEqualTo(Reason.MALFORMED);
    assertThat(refusal(Map.of())).isEqualTo(Reason.NO_SVID);
  }

  private static Reason refusal(Map<String, List<String>> fields) {
    SvidVerificationException refusal =
        catchThrowableOfType(
            SvidVerificationException.class, () -> JwtHttpHeaders.received(fields));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }
}
