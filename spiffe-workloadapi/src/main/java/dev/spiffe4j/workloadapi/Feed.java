package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one stream has brought: the snapshot that is served, and what was heard last. Written by the
 * worker of its source, read by everybody. Each message replaces all that was before; nothing is
 * merged.
 */
final class Feed<R, S> implements ReconnectingStream.Listener<R> {
  /** Hears of changes, on the worker. */
  interface Observer<S> {
    /** Something new is served. */
    void onUpdate(S snapshot);

    /** Nothing is served any more, which nobody can read of yet. */
    default void onWithdrawing() {}

    /** Nothing is served any more, and why is there to be read. */
    default void onWithdrawn() {}

    /** Something is wrong, for the first time or again. */
    default void onProblem(WorkloadApiException problem, boolean isLast) {}
  }

  private record Served<S>(S snapshot, Instant nextExpiry) {}

  private static final Logger LOGGER = System.getLogger(Feed.class.getName());

  private final String name;
  private final WorkloadApiAddress address;
  private final InstantSource clock;
  private final Function<R, Parsed<S>> reading;
  private final Expiry<S, ?> expiry;
  private final Observer<? super S> observer;
  private final FeedCounters counters = new FeedCounters();
  private final FeedEvents events;
  private final CompletableFuture<S> first = new CompletableFuture<>();
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile @Nullable Served<S> served;

  private volatile boolean withdrawn;
  private volatile @Nullable WorkloadApiException lastError;

  /** The message that {@link #served} was made of; only touched by the worker. */
  private @Nullable R accepted;

  private @Nullable WorkloadApiException acceptedProblem;

  Feed(
      Rpc<?, R, S> rpc,
      WorkloadApiAddress address,
      InstantSource clock,
      Expiry<S, ?> expiry,
      Observer<? super S> observer) {
    this.name = rpc.name();
    this.reading = rpc.reading();
    this.address = address;
    this.clock = clock;
    this.expiry = expiry;
    this.observer = observer;
    this.events = new FeedEvents(name, address);
  }

  /** Completed with the first snapshot that can be used, or with why there will be none. */
  CompletableFuture<S> first() {
    return first;
  }

  FeedCounters counters() {
    return counters;
  }

  @Nullable WorkloadApiException lastError() {
    return lastError;
  }

  @Override
  public boolean onMessage(R message) {
    counters.message();
    // Servers may repeat themselves; the order of a map's entries means nothing.
    if (Objects.equals(accepted, message)) {
      setError(acceptedProblem);
      return true;
    }
    try {
      accept(message, reading.apply(message));
      return true;
    } catch (WorkloadApiException e) {
      // What cannot be used as a whole changes nothing.
      onBadMessage(e);
    } catch (RuntimeException e) {
      // A picker of somebody else's, or a fault of ours: either way the next message gets its turn.
      onBadMessage(
          new WorkloadApiException(Reason.INTERNAL, name + ": a message was not processed", e));
    }
    return false;
  }

  private void onBadMessage(WorkloadApiException problem) {
    counters.badMessage();
    setError(problem);
    observer.onProblem(problem, false);
  }

  private void accept(R message, Parsed<S> parsed) {
    S fresh = parsed.value();
    Served<S> before = served;
    accepted = message;
    acceptedProblem = problem(parsed);
    serve(new Served<>(fresh, expiry.next(fresh)));
    withdrawn = false;
    counters.update(clock.instant());
    setError(acceptedProblem);
    events.updated(expiry, before == null ? null : before.snapshot(), fresh);
    observer.onUpdate(fresh);
    if (!isExpired(fresh)) {
      first.complete(fresh);
    }
    if (acceptedProblem != null) {
      observer.onProblem(acceptedProblem, false);
    }
  }

  private @Nullable WorkloadApiException problem(Parsed<S> parsed) {
    try {
      expiry.requireDefault(parsed.value(), clock.instant());
    } catch (WorkloadApiException e) {
      return e;
    }
    if (parsed.problems().isEmpty()) {
      return null;
    }
    counters.badElements(parsed.problems().size());
    return Responses.invalid(String.join("; ", parsed.problems()));
  }

  private boolean isExpired(S snapshot) {
    try {
      expiry.requireDefault(snapshot, clock.instant());
      return false;
    } catch (WorkloadApiException e) {
      return true;
    }
  }

  @Override
  public void onEnd(WorkloadApiException why, boolean isLast) {
    counters.streamEnd();
    if (why.reason() == Reason.INVALID_RESPONSE || why.reason() == Reason.TOO_LARGE) {
      // What cannot even be read ends its stream.
      counters.badMessage();
    }
    events.streamEnded(why.reason(), isLast);
    // Workload API §5.2.1: a denial takes everything back; an absent server does not. It does so
    // before anybody can read of the denial.
    boolean isWithdrawal = why.reason() == Reason.NO_IDENTITY && withdraw();
    setError(why);
    if (isWithdrawal) {
      observer.onWithdrawn();
    }
    if (isLast) {
      first.completeExceptionally(why);
    }
    observer.onProblem(why, isLast);
  }

  /** Returns whether there was something to withdraw. */
  private boolean withdraw() {
    withdrawn = true;
    if (served == null) {
      return false;
    }
    LOGGER.log(Level.WARNING, "Workload API at {0} has withdrawn the {1}", address, name);
    accepted = null;
    serve(null);
    counters.withdrawal();
    events.withdrawn();
    observer.onWithdrawing();
    return true;
  }

  private void serve(@Nullable Served<S> fresh) {
    synchronized (lock) {
      served = fresh;
    }
  }

  /** Says so once when things go wrong, and once when they are right again. */
  private void setError(@Nullable WorkloadApiException error) {
    WorkloadApiException before = lastError;
    lastError = error;
    if (error != null && (before == null || before.reason() != error.reason())) {
      LOGGER.log(Level.WARNING, "{0}: {1}", name, error.getMessage());
    } else if (error == null && before != null) {
      LOGGER.log(Level.INFO, "{0} of {1} are up to date again", name, address);
    }
  }

  /**
   * What may be used now.
   *
   * @throws WorkloadApiException if that is nothing
   */
  S usable() {
    Instant now = clock.instant();
    Served<S> current = current();
    if (!now.isAfter(current.nextExpiry())) {
      return current.snapshot();
    }
    expiry.requireDefault(current.snapshot(), now);
    return withoutExpired(current, now);
  }

  /** Others than the default SVID may expire alone; then there is a new snapshot without them. */
  @SuppressWarnings(
      "ReferenceEquality") // a snapshot that was replaced meanwhile must not come back
  private S withoutExpired(Served<S> stale, Instant now) {
    synchronized (lock) {
      if (served == stale) {
        S rest = expiry.withoutExpired(stale.snapshot(), now);
        served = new Served<>(rest, expiry.next(rest));
      }
    }
    return usable();
  }

  boolean isUsable() {
    try {
      usable();
      return true;
    } catch (WorkloadApiException e) {
      return false;
    }
  }

  /** What was served last and not withdrawn, whether its SVIDs have expired or not. */
  S snapshot() {
    return current().snapshot();
  }

  Optional<S> snapshotIfAny() {
    return Optional.ofNullable(served).map(Served::snapshot);
  }

  /** Until when the default SVID is valid. */
  Optional<Instant> expiresAt() {
    return snapshotIfAny().flatMap(snapshot -> expiresAt(expiry, snapshot));
  }

  private static <S, V> Optional<Instant> expiresAt(Expiry<S, V> expiry, S snapshot) {
    return expiry.defaultSvid(snapshot).map(expiry.expiresAt());
  }

  private Served<S> current() {
    Served<S> current = served;
    if (current == null) {
      throw nothing();
    }
    return current;
  }

  private WorkloadApiException nothing() {
    WorkloadApiException last = lastError;
    if (withdrawn) {
      return new WorkloadApiException(
          Reason.NO_IDENTITY, "no identity is issued to this process by " + address);
    }
    return last == null
        ? new WorkloadApiException(Reason.NOT_READY, "no " + name + " yet from " + address)
        : new WorkloadApiException(
            last.reason(), "no " + name + " yet: " + last.getMessage(), last);
  }
}
