package dev.spiffe4j.testing;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class MutableInstantSource implements InstantSource {
  private volatile Instant now;

  private MutableInstantSource(Instant now) {
    this.now = requireNonNull(now, "now");
  }

  /**
   * Makes a clock.
   *
   * @param start what it tells at first
   * @return the clock
   */
  public static MutableInstantSource of(Instant start) {
    return new MutableInstantSource(start);
  }

  @Override
  public Instant instant() {
    return now;
  }

  /**
   * Moves the clock, forward or back.
   *
   * @param instant what it tells from now on
   */
  public void set(Instant instant) {
    now = requireNonNull(instant, "instant");
  }

  /**
   * Moves the clock forward.
   *
   * @param duration how far; not negative
   */
  public synchronized void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration: " + duration + " (expected: >= 0)");
    }
    now = now.plus(duration);
  }
}
