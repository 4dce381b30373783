package dev.spiffe4j.workloadapi;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that a test moves. */
public final class HandClock implements InstantSource {
  private final AtomicReference<Instant> now = new AtomicReference<>(TestAuthority.NOW);

  @Override
  public Instant instant() {
    return now.get();
  }

  public void advance(Duration duration) {
    now.updateAndGet(before -> before.plus(duration));
  }
}
