package dev.spiffe4j.workloadapi.http2;

/** How long a call may take, counted from its start. */
final class TimeLimit {
  /** 0 for ever. */
  private final long nanos;

  private long start;

  TimeLimit(long nanos) {
    this.nanos = nanos;
  }

  void start() {
    start = System.nanoTime();
  }

  /**
   * Has something done when it is over; on the event loop, after the start.
   *
   * @return calls that off
   */
  Runnable await(EventLoop loop, Runnable onEnd) {
    if (nanos == 0) {
      return () -> {};
    }
    EventLoop.Timer timer = loop.schedule(nanosLeft(), onEnd);
    return () -> loop.cancel(timer);
  }

  /** At least 1, or 0 for ever. */
  long nanosLeft() {
    return nanos > 0 ? Math.max(1, nanos - (System.nanoTime() - start)) : 0;
  }

  boolean isOver() {
    return nanos > 0 && System.nanoTime() - start >= nanos;
  }
}
