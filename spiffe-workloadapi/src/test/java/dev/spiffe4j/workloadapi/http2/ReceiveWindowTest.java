package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReceiveWindowTest {
  private static final int HALF = ReceiveWindow.SIZE / 2;

  private final ReceiveWindow window = new ReceiveWindow();

  @Test
  @DisplayName("RFC 9113 §6.9.1: no more than was allowed")
  void bounds() {
    assertThat(window.receive(ReceiveWindow.SIZE - 1)).isTrue();
    assertThat(window.receive(1)).isTrue();
    assertThat(window.receive(0)).isTrue();
    assertThat(window.receive(1)).isFalse();
  }

  @Test
  @DisplayName("what is released is allowed anew, when it is half of all")
  void allowsAnew() {
    assertThat(window.receive(ReceiveWindow.SIZE)).isTrue();
    assertThat(window.release(HALF - 1)).isZero();
    assertThat(window.release(0)).isZero();
    assertThat(window.release(11)).isEqualTo(HALF + 10);
    assertThat(window.receive(HALF + 10)).isTrue();
    assertThat(window.receive(1)).isFalse();
  }

  @Test
  @DisplayName("what is released and not announced is not allowed yet")
  void allowsWhatWasAnnounced() {
    assertThat(window.receive(ReceiveWindow.SIZE)).isTrue();
    assertThat(window.release(HALF - 1)).isZero();
    assertThat(window.receive(1)).isFalse();
  }

  @Test
  @DisplayName("what nobody holds is allowed anew, however much there is of it")
  void passes() {
    long allowed = 0;
    for (int i = 0; i < 1000; i++) {
      allowed += window.pass(Frame.MAX_PAYLOAD);
    }
    assertThat(1000L * Frame.MAX_PAYLOAD - allowed).isBetween(0L, (long) HALF);
    assertThat(window.receive(HALF)).isTrue();
    assertThat(window.receive(HALF + 1)).isFalse();
  }

  @Test
  @DisplayName("each byte that is released is allowed once")
  void allowsOnce() {
    long released = 0;
    long allowed = 0;
    for (int i = 0; i < 10_000; i++) {
      assertThat(window.receive(1000)).isTrue();
      released += 1000;
      allowed += window.release(1000);
      assertThat(released - allowed).isBetween(0L, (long) HALF);
    }
    assertThat(allowed).isGreaterThan(ReceiveWindow.SIZE);
  }
}
