package dev.spiffe4j.workloadapi;

import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidRequest;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by request, each fetched once for all who want it at one time and renewed before it is
 * needed, as long as somebody uses it. What has failed is not kept. The lock is never held while
 * something is waited for, or called that is somebody else's. Thread-safe.
 */
final class JwtCache {
  private final Function<JwtSvidRequest, CompletableFuture<List<JwtSvid>>> fetch;
  private final InstantSource clock;
  private final ScheduledExecutorService scheduler;
  private final RandomGenerator random;
  private final Object lock = new Object();
  private final Map<JwtSvidRequest, JwtCacheEntry> entries;
  private final Set<JwtCacheEntry> flying = new HashSet<>();
  private boolean closed;
  private volatile @Nullable WorkloadApiException lastFailure;

  JwtCache(
      Function<JwtSvidRequest, CompletableFuture<List<JwtSvid>>> fetch,
      InstantSource clock,
      ScheduledExecutorService scheduler,
      RandomGenerator random,
      int maxEntries) {
    this.fetch = fetch;
    this.clock = clock;
    this.scheduler = scheduler;
    this.random = random;
    this.entries = new JwtCacheEntries(maxEntries);
  }

  /** A token that has not expired: at once if there is one, and else when it was fetched. */
  CompletableFuture<JwtSvid> get(JwtSvidRequest request) {
    Instant now = clock.instant();
    JwtCacheEntry entry;
    CompletableFuture<JwtSvid> answer;
    boolean isStarting;
    synchronized (lock) {
      requireOpen();
      entry = entries.computeIfAbsent(request, key -> new JwtCacheEntry(key, random));
      entry.isUsed = true;
      boolean isServable = entry.isServable(now);
      isStarting = isServable ? entry.isDue(now) : entry.flight == null;
      if (isStarting) {
        beginFlight(entry);
      }
      CompletableFuture<JwtSvid> flight = entry.flight;
      answer = isServable || flight == null ? completed(entry.svid) : flight;
    }
    if (isStarting) {
      start(entry);
    }
    return answer;
  }

  private static CompletableFuture<JwtSvid> completed(@Nullable JwtSvid svid) {
    if (svid == null) {
      throw new AssertionError("neither a token nor a flight");
    }
    return CompletableFuture.completedFuture(svid);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("source is closed");
    }
  }

  private void beginFlight(JwtCacheEntry entry) {
    entry.flight = new CompletableFuture<>();
    flying.add(entry);
  }

  private void start(JwtCacheEntry entry) {
    try {
      Completion.handle(
          fetch.apply(entry.request),
          (svids, failure) -> {
            if (failure == null && svids != null) {
              onAnswer(entry, svids);
            } else {
              onFailure(entry, failure);
            }
          });
    } catch (IllegalStateException e) {
      onFailure(entry, new WorkloadApiException(Reason.CLOSED, "the client was closed", e));
    }
  }

  private void onAnswer(JwtCacheEntry entry, List<JwtSvid> svids) {
    JwtSvid svid;
    try {
      svid = requireServable(JwtAnswer.pick(entry.request, svids));
    } catch (WorkloadApiException e) {
      onFailure(entry, e);
      return;
    }
    CompletableFuture<JwtSvid> flight;
    synchronized (lock) {
      flight = land(entry);
      lastFailure = null;
      Duration delay = entry.take(svid, clock.instant(), random);
      renewAfter(entry, delay);
    }
    complete(flight, svid, null);
  }

  private JwtSvid requireServable(JwtSvid svid) {
    if (!clock.instant().isBefore(svid.expiresAt())) {
      throw new WorkloadApiException(
          Reason.EXPIRED, "the JWT-SVID of " + svid.spiffeId() + " expired at " + svid.expiresAt());
    }
    return svid;
  }

  private void onFailure(JwtCacheEntry entry, @Nullable Throwable failure) {
    WorkloadApiException why =
        failure instanceof WorkloadApiException e
            ? e
            : new WorkloadApiException(Reason.INTERNAL, "not processed: " + failure);
    CompletableFuture<JwtSvid> flight;
    synchronized (lock) {
      flight = land(entry);
      lastFailure = why;
      keepOrDrop(entry, why.reason());
    }
    complete(flight, null, why);
  }

  private void keepOrDrop(JwtCacheEntry entry, Reason reason) {
    boolean isOfOneIdentity =
        entry.request.subject().isPresent() || entry.request.hint().isPresent();
    switch (reason) {
      case NO_IDENTITY -> {
        // Workload API §6.2.1: a denial takes back what was given.
        if (isOfOneIdentity) {
          drop(entry);
        } else {
          dropAll();
        }
      }
      case NO_MATCHING_SVID -> drop(entry);
      default -> {
        if (entry.isServable(clock.instant())) {
          renewAfter(entry, entry.backoff.next(reason));
        } else {
          drop(entry);
        }
      }
    }
  }

  private @Nullable CompletableFuture<JwtSvid> land(JwtCacheEntry entry) {
    CompletableFuture<JwtSvid> flight = entry.flight;
    entry.flight = null;
    flying.remove(entry);
    return flight;
  }

  private static void complete(
      @Nullable CompletableFuture<JwtSvid> flight,
      @Nullable JwtSvid svid,
      @Nullable WorkloadApiException failure) {
    if (flight != null && svid != null) {
      flight.complete(svid);
    } else if (flight != null && failure != null) {
      flight.completeExceptionally(failure);
    }
  }

  private void renewAfter(JwtCacheEntry entry, Duration delay) {
    if (!entry.isGone && !closed) {
      entry.timer(schedule(() -> renew(entry), delay));
    }
  }

  private @Nullable Future<?> schedule(Runnable work, Duration delay) {
    try {
      return scheduler.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile.
      return null;
    }
  }

  private void renew(JwtCacheEntry entry) {
    synchronized (lock) {
      entry.timer(null);
      if (entry.isGone || entry.flight != null) {
        return;
      }
      if (!entry.isUsed) {
        // Nobody needs it: whoever does before its end has it renewed.
        Duration left = left(entry);
        entry.timer(left == null ? null : schedule(() -> forget(entry), left));
        return;
      }
      entry.isUsed = false;
      beginFlight(entry);
    }
    start(entry);
  }

  private @Nullable Duration left(JwtCacheEntry entry) {
    JwtSvid svid = entry.svid;
    return svid == null ? null : Duration.between(clock.instant(), svid.expiresAt());
  }

  private void forget(JwtCacheEntry entry) {
    synchronized (lock) {
      if (!entry.isServable(clock.instant()) && entry.flight == null) {
        drop(entry);
      }
    }
  }

  private void drop(JwtCacheEntry entry) {
    entry.leave();
    entries.remove(entry.request, entry);
  }

  private void dropAll() {
    entries.values().forEach(JwtCacheEntry::leave);
    entries.clear();
  }

  void clear() {
    synchronized (lock) {
      dropAll();
    }
  }

  int size() {
    synchronized (lock) {
      return entries.size();
    }
  }

  /** Why the last fetch has failed, if it has. */
  @Nullable WorkloadApiException lastFailure() {
    return lastFailure;
  }

  /** Whoever waits is told. */
  void close() {
    List<CompletableFuture<JwtSvid>> waiting;
    synchronized (lock) {
      closed = true;
      dropAll();
      waiting = flying.stream().flatMap(entry -> Stream.ofNullable(entry.flight)).toList();
      flying.clear();
    }
    waiting.forEach(
        flight ->
            flight.completeExceptionally(
                new WorkloadApiException(Reason.CLOSED, "the source was closed")));
  }
}
