package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: hardly at all after the first failure, and then twice
 * as long each time (Workload API, appendix A). Without an identity there is nothing to hurry for.
 * What is random keeps the many clients of a server that restarts from coming back at one moment.
 * Not thread-safe.
 */
final class Backoff {
  static final Duration FIRST = Duration.ofMillis(250);
  static final Duration BASE = Duration.ofSeconds(1);
  static final Duration MAX = Duration.ofSeconds(30);

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The next delay: up to a quarter of a second, then between half of 1, 2, 4 … 30 s and that; the
   * quarter of a second is left out if there is no identity.
   */
  Duration next(Reason reason) {
    int failure = failures == 0 && reason == Reason.NO_IDENTITY ? 1 : failures;
    failures = Math.min(failure + 1, Integer.SIZE);
    if (failure == 0) {
      return Duration.ofNanos(random.nextLong(FIRST.toNanos() + 1));
    }
    long doubled = BASE.toNanos() << Math.min(failure - 1, 5);
    long longest = Math.min(doubled, MAX.toNanos());
    return Duration.ofNanos(random.nextLong(longest / 2, longest + 1));
  }

  /** Begins anew after a success. */
  void reset() {
    failures = 0;
  }
}
