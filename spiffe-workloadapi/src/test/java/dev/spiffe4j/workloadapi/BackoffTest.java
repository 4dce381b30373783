package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final List<Integer> LONGEST_SECONDS = List.of(1, 2, 4, 8, 16, 30, 30, 30);

  @Test
  @DisplayName("WAPI-58, -77: the first delay is short, then 1 s doubles to 30 s, with jitter")
  void grows() {
    for (RandomGenerator random : List.of(new Random(1), new Random(2), new Random(3))) {
      Backoff backoff = new Backoff(random);
      assertThat(backoff.next(Reason.UNAVAILABLE)).isBetween(Duration.ZERO, Duration.ofMillis(250));
      for (int seconds : LONGEST_SECONDS) {
        Duration longest = Duration.ofSeconds(seconds);
        assertThat(backoff.next(Reason.UNAVAILABLE)).isBetween(longest.dividedBy(2), longest);
      }
    }
  }

  @Test
  void staysAtTheCap() {
    Backoff backoff = new Backoff(new Random(1));
    for (int i = 0; i < 1000; i++) {
      backoff.next(Reason.UNAVAILABLE);
    }
    assertThat(backoff.next(Reason.UNAVAILABLE))
        .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
  }

  @Test
  @DisplayName("WAPI-58: a success begins anew")
  void resets() {
    Backoff backoff = new Backoff(new Random(1));
    backoff.next(Reason.UNAVAILABLE);
    assertThat(backoff.next(Reason.UNAVAILABLE)).isGreaterThan(Duration.ofMillis(250));
    backoff.reset();
    assertThat(backoff.next(Reason.UNAVAILABLE)).isLessThanOrEqualTo(Duration.ofMillis(250));
  }

  @Test
  @DisplayName("delays of two clients differ")
  void spreads() {
    assertThat(new Backoff(new Random(1)).next(Reason.UNAVAILABLE))
        .isNotEqualTo(new Backoff(new Random(2)).next(Reason.UNAVAILABLE));
  }
}
