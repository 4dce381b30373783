package dev.spiffe4j.workloadapi.http2;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server that is silent whether it is still there, as long as somebody waits for it: one
 * that stands still closes nothing, and only this notices it.
 */
final class KeepAlive {
  private final EventLoop loop;
  private final long timeNanos;
  private final long timeoutNanos;
  private final Runnable ping;
  private final Runnable onSilence;
  private EventLoop.@Nullable Timer timer;
  private long lastHeard;
  private boolean isAsked;

  KeepAlive(EventLoop loop, Duration time, Duration timeout, Runnable ping, Runnable onSilence) {
    this.loop = loop;
    this.timeNanos = time.toNanos();
    this.timeoutNanos = timeout.toNanos();
    this.ping = ping;
    this.onSilence = onSilence;
  }

  void onHeard() {
    lastHeard = System.nanoTime();
    if (isAsked) {
      stop();
      start();
    }
  }

  /** Somebody waits. */
  void start() {
    if (timer == null) {
      await(timeNanos);
    }
  }

  /** Nobody waits any more. */
  void stop() {
    if (timer != null) {
      loop.cancel(timer);
      timer = null;
    }
    isAsked = false;
  }

  private void await(long limit) {
    long left = Math.max(0, limit - (System.nanoTime() - lastHeard));
    timer = loop.schedule(left, this::onTime);
  }

  private void onTime() {
    timer = null;
    boolean isSilent = System.nanoTime() - lastHeard >= timeNanos;
    if (!isSilent) {
      await(timeNanos);
    } else if (isAsked) {
      onSilence.run();
    } else {
      isAsked = true;
      ping.run();
      timer = loop.schedule(timeoutNanos, this::onTime);
    }
  }
}
