package dev.spiffe4j.attest.agent;

import java.security.SecureRandom;
import java.time.Duration;

/** The growing pauses between attempts that fail. Not thread-safe. */
final class Backoff {
  private static final double FACTOR = 1.5;
  private static final double JITTER = 0.1;

  private final Duration initial;
  private final Duration max;
  private final SecureRandom random;
  private Duration current;

  Backoff(Duration initial, Duration max, SecureRandom random) {
    this.initial = initial;
    this.max = max;
    this.random = random;
    this.current = initial;
  }

  /** How long to wait after one more failure. */
  Duration next() {
    Duration pause = jittered(current, random);
    Duration longer = scaled(current, FACTOR);
    current = longer.compareTo(max) < 0 ? longer : max;
    return pause;
  }

  /** It worked: the next failure is a first one. */
  void reset() {
    current = initial;
  }

  /** A duration give or take a tenth, so that many agents do not come at the same time. */
  static Duration jittered(Duration duration, SecureRandom random) {
    return scaled(duration, 1 - JITTER + 2 * JITTER * random.nextDouble());
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofNanos(Math.round(duration.toNanos() * factor));
  }
}
