package dev.spiffe4j.attest.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HalfLifeTest {
  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

  private final SecureRandom random = new SecureRandom();

  @Test
  void spreadsEvenlyAroundTheHalf() {
    int[] tenths = new int[10];
    for (int i = 0; i < 10_000; i++) {
      Instant at = HalfLife.renewAt(FROM, FROM.plus(Duration.ofHours(1)), random);

      assertThat(at).isBetween(FROM.plusSeconds(27 * 60), FROM.plusSeconds(33 * 60));
      tenths[(int) Math.min(9, Duration.between(FROM.plusSeconds(27 * 60), at).toSeconds() / 36)]++;
    }
    // Each tenth of the window has its share; drawn anew each time, the first would have most.
    assertThat(Arrays.stream(tenths)).allMatch(count -> count > 800 && count < 1200);
  }

  @Test
  void whatHasNoLifeIsDueAtOnce() {
    assertThat(HalfLife.renewAt(FROM, FROM, random)).isEqualTo(FROM);
    assertThat(HalfLife.renewAt(FROM, FROM.minusSeconds(5), random)).isEqualTo(FROM);
  }

  @Test
  void backoffGrowsToItsBoundAndStartsAgain() {
    Backoff backoff = new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(30), random);

    assertThat(backoff.next()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    assertThat(backoff.next()).isBetween(Duration.ofMillis(13_500), Duration.ofMillis(16_500));
    backoff.next();
    for (int i = 0; i < 10; i++) {
      assertThat(backoff.next()).isBetween(Duration.ofSeconds(27), Duration.ofSeconds(33));
    }
    backoff.reset();
    assertThat(backoff.next()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
  }
}
