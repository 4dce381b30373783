package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SendWindowTest {
  @Test
  @DisplayName("RFC 9113 §6.9: what is sent takes from it, updates add to it")
  void counts() {
    SendWindow window = new SendWindow(SendWindow.DEFAULT_SIZE);
    window.take(65_000);
    assertThat(window.size()).isEqualTo(535);
    assertThat(window.change(5)).isTrue();
    assertThat(window.size()).isEqualTo(540);
  }

  @Test
  @DisplayName("RFC 9113 §6.9.1: at most 2^31-1")
  void isBounded() {
    SendWindow window = new SendWindow(1);
    assertThat(window.change(Integer.MAX_VALUE)).isFalse();
    assertThat(window.size()).isEqualTo(1);
    assertThat(window.change(Integer.MAX_VALUE - 1)).isTrue();
    assertThat(window.size()).isEqualTo(Integer.MAX_VALUE);
    assertThat(window.change(1)).isFalse();
    assertThat(window.size()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  @DisplayName("RFC 9113 §6.9.2: below 0 after the first size has become smaller, and up again")
  void mayBeNegative() {
    SendWindow window = new SendWindow(100);
    window.take(80);
    assertThat(window.change(-90)).isTrue();
    assertThat(window.size()).isEqualTo(-70);
    assertThat(window.change(Integer.MAX_VALUE)).isTrue();
    assertThat(window.size()).isEqualTo(Integer.MAX_VALUE - 70);
  }

  @Test
  @DisplayName("RFC 9113 §6.9.2: from all to nothing")
  void shrinksByAll() {
    SendWindow window = new SendWindow(Integer.MAX_VALUE);
    window.take(Integer.MAX_VALUE);
    assertThat(window.change(-Integer.MAX_VALUE)).isTrue();
    assertThat(window.size()).isEqualTo(-Integer.MAX_VALUE);
  }
}
