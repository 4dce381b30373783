package dev.spiffe4j.workloadapi;

import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The token of one request. Everything in it is guarded by the lock of its cache. */
final class JwtCacheEntry {
  private static final Duration MIN_DELAY = Duration.ofSeconds(1);

  final JwtSvidRequest request;
  final Backoff backoff;
  @Nullable JwtSvid svid;
  @Nullable CompletableFuture<JwtSvid> flight;
  Instant refreshAt = Instant.MIN;
  boolean isUsed;
  boolean isGone;
  private @Nullable Future<?> timer;

  JwtCacheEntry(JwtSvidRequest request, RandomGenerator random) {
    this.request = request;
    this.backoff = new Backoff(random);
  }

  boolean isServable(Instant now) {
    return svid != null && now.isBefore(svid.expiresAt());
  }

  boolean isDue(Instant now) {
    return flight == null && timer == null && !now.isBefore(refreshAt);
  }

  /**
   * Takes a token, and says how long to leave it alone: somewhat less than half of the life that is
   * left, so that many workloads do not come at one moment. What the server has cached may be old
   * already, so that its time of issue does not count.
   */
  Duration take(JwtSvid fresh, Instant now, RandomGenerator random) {
    svid = fresh;
    backoff.reset();
    Duration left = Duration.between(now, fresh.expiresAt());
    Duration delay = left.multipliedBy(400 + random.nextInt(101)).dividedBy(1000);
    delay = delay.compareTo(MIN_DELAY) < 0 ? MIN_DELAY : delay;
    refreshAt = now.plus(delay);
    return delay;
  }

  void timer(@Nullable Future<?> next) {
    Future<?> before = timer;
    timer = next;
    if (before != null) {
      before.cancel(false);
    }
  }

  void leave() {
    isGone = true;
    timer(null);
  }
}
