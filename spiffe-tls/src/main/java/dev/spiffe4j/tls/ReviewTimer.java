package dev.spiffe4j.tls;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at an interval, and earlier when something ends before that. Thread-safe. */
final class ReviewTimer implements AutoCloseable {
  /** A certificate is valid up to the end of its notAfter, and not right after it. */
  private static final Duration AFTER = Duration.ofMillis(1);

  private final ScheduledExecutorService scheduler;
  private final InstantSource clock;
  private final Duration interval;
  private final Runnable look;

  private final Object lock = new Object();
  private @Nullable Future<?> next;
  private Instant due = Instant.MAX;
  private Instant earliestEnd = Instant.MAX;
  private boolean closed;

  ReviewTimer(
      ScheduledExecutorService scheduler, InstantSource clock, Duration interval, Runnable look) {
    this.scheduler = scheduler;
    this.clock = clock;
    this.interval = interval;
    this.look = look;
  }

  void start() {
    synchronized (lock) {
      schedule();
    }
  }

  /** Something ends then. */
  void expect(Instant end) {
    synchronized (lock) {
      if (end.isBefore(earliestEnd)) {
        earliestEnd = end;
        if (afterEarliestEnd().isBefore(due)) {
          schedule();
        }
      }
    }
  }

  /** Looks now; whatever happens, there is a next time. */
  void fire() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      earliestEnd = Instant.MAX;
    }
    try {
      look.run();
    } finally {
      synchronized (lock) {
        schedule();
      }
    }
  }

  private void schedule() {
    if (closed) {
      return;
    }
    Instant now = clock.instant();
    Instant end = afterEarliestEnd();
    due = end.isBefore(now.plus(interval)) ? end : now.plus(interval);
    if (next != null) {
      next.cancel(false);
    }
    try {
      next =
          scheduler.schedule(
              this::fire, Math.max(1, millis(Duration.between(now, due))), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The scheduler has ended before the reviewer: whoever ended it wants no reviews.
      next = null;
    }
  }

  /** Rounded up, so that it is never too early. */
  private static long millis(Duration delay) {
    return delay.plusNanos(999_999).toMillis();
  }

  private Instant afterEarliestEnd() {
    return earliestEnd.equals(Instant.MAX) ? Instant.MAX : earliestEnd.plus(AFTER);
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      if (next != null) {
        next.cancel(false);
      }
    }
  }
}
