package dev.spiffe4j.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spiffe4j.SpiffeId;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class JwtSvidRequestTest {
  private static final SpiffeId WEB = SpiffeId.parse("spiffe://example.org/web");

  @Test
  @DisplayName("requests that the same token answers are equal")
  void isValue() {
    JwtSvidRequest request = JwtSvidRequest.of("a", "b");
    assertThat(request.audience()).containsExactly("a", "b");
    assertThat(request)
        .isEqualTo(JwtSvidRequest.of(List.of("b", "a", "a")))
        .hasSameHashCodeAs(JwtSvidRequest.of("b", "a"));
    assertThat(request)
        .isNotEqualTo(JwtSvidRequest.of("a"))
        .isNotEqualTo(request.withSubject(WEB))
        .isNotEqualTo(request.withHint("internal"));
    assertThat(request.withSubject(WEB).subject()).contains(WEB);
    assertThat(request.withHint("internal").hint()).contains("internal");
    assertThat(request.withHint("").hint()).isEmpty();
  }

  @Test
  @DisplayName(
      "WAPI-33: there is an audience, none is empty, and their number and length have an end")
  void isBounded() {
    List<String> most = IntStream.range(0, 32).mapToObj(String::valueOf).toList();
    assertThat(JwtSvidRequest.of(most).audience()).hasSize(32);
    assertThat(JwtSvidRequest.of("x".repeat(2048)).audience()).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> JwtSvidRequest.of(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> JwtSvidRequest.of("a", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> JwtSvidRequest.of("x".repeat(2049)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> JwtSvidRequest.of(IntStream.range(0, 33).mapToObj(String::valueOf).toList()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtSvidRequest.of(Collections.emptySet()));
  }
}
