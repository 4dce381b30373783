package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Names of hosts")
final class HostNamesTest {
  @Test
  @DisplayName("X509-20 of all characters, only these are in a label")
  void sweepsCharacters() {
    for (char c = 0; c < 0x180; c++) {
      boolean label =
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".indexOf(c) >= 0;
      assertThat(HostNames.isHost("a" + c + "b"))
          .as("U+%04X", (int) c)
          .isEqualTo(label || c == '.');
      assertThat(HostNames.isHost("" + c)).as("U+%04X", (int) c).isEqualTo(label);
    }
  }

  @Test
  @DisplayName("X509-20 a host has labels, none of them empty, and at most 255 characters")
  void hasLabels() {
    for (String host : new String[] {"a", "a.b", "1.2.3.4", "a_b.c-d", "x".repeat(255)}) {
      assertThat(HostNames.isHost(host)).as(host).isTrue();
      assertThat(HostNames.isHostOrWildcard(host)).as(host).isTrue();
    }
    for (String none : new String[] {"", ".", ".a", "a.", "a..b", "*.a", "x".repeat(256)}) {
      assertThat(HostNames.isHost(none)).as(none).isFalse();
    }
    assertThat(HostNames.isHostOrWildcard("*.a")).isTrue();
    assertThat(HostNames.isHostOrWildcard("*")).isFalse();
    assertThat(HostNames.isHostOrWildcard("*.")).isFalse();
    assertThat(HostNames.isHostOrWildcard("a*.b")).isFalse();
  }

  @Test
  @DisplayName("Java trap: the default locale changes nothing")
  void foldsInAnyLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(HostNames.fold("IJI")).isEqualTo("iji");
    } finally {
      Locale.setDefault(before);
    }
  }
}
