package dev.spiffe4j.workloadapi;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What has happened on one stream. Written by the worker, read by everybody. */
final class FeedCounters {
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong updates = new AtomicLong();
  private final AtomicLong badMessages = new AtomicLong();
  private final AtomicLong badElements = new AtomicLong();
  private final AtomicLong streamEnds = new AtomicLong();
  private final AtomicLong withdrawals = new AtomicLong();
  private volatile @Nullable Instant lastUpdate;

  void message() {
    messages.incrementAndGet();
  }

  void update(Instant now) {
    lastUpdate = now;
    updates.incrementAndGet();
  }

  void badMessage() {
    badMessages.incrementAndGet();
  }

  void badElements(int count) {
    badElements.addAndGet(count);
  }

  void streamEnd() {
    streamEnds.incrementAndGet();
  }

  void withdrawal() {
    withdrawals.incrementAndGet();
  }

  SourceStats stats() {
    return new SourceStats(
        messages.get(),
        updates.get(),
        badMessages.get(),
        badElements.get(),
        streamEnds.get(),
        withdrawals.get(),
        0,
        lastUpdate,
        null);
  }
}
