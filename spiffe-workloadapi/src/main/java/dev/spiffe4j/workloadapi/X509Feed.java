package dev.spiffe4j.workloadapi;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a source serves, and what it has heard last. Written by the worker of the source, read by
 * everybody. Each message replaces all that was before; nothing is merged.
 */
final class X509Feed implements ReconnectingStream.Listener<X509SVIDResponse> {
  private static final Logger LOGGER = System.getLogger(X509Source.class.getName());

  private final WorkloadApiAddress address;
  private final InstantSource clock;
  private final Subscribers<X509Context> subscribers = new Subscribers<>();
  private final CompletableFuture<X509Context> first = new CompletableFuture<>();
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile @Nullable ServedContext served;

  private volatile @Nullable WorkloadApiException lastError;

  /** The message that {@link #served} was made of; only touched by the worker. */
  private @Nullable X509SVIDResponse accepted;

  private @Nullable WorkloadApiException acceptedProblem;

  X509Feed(WorkloadApiAddress address, InstantSource clock) {
    this.address = address;
    this.clock = clock;
  }

  /** Completed with the first context that can be used, or with why there will be none. */
  CompletableFuture<X509Context> first() {
    return first;
  }

  Subscribers<X509Context> subscribers() {
    return subscribers;
  }

  @Nullable WorkloadApiException lastError() {
    return lastError;
  }

  @Override
  public boolean onMessage(X509SVIDResponse message) {
    // Servers may repeat themselves; the order of a map's entries means nothing.
    if (Objects.equals(accepted, message)) {
      setError(acceptedProblem);
      return true;
    }
    X509Update update;
    try {
      update = Responses.x509Context(message);
    } catch (WorkloadApiException e) {
      // What cannot be used as a whole changes nothing.
      setError(e);
      return false;
    }
    accept(message, update);
    return true;
  }

  private void accept(X509SVIDResponse message, X509Update update) {
    ServedContext fresh = ServedContext.of(update.context());
    accepted = message;
    acceptedProblem = problem(update, fresh);
    serve(fresh);
    setError(acceptedProblem);
    if (!isExpired(fresh)) {
      first.complete(update.context());
    }
    subscribers.tell(update.context());
  }

  private @Nullable WorkloadApiException problem(X509Update update, ServedContext context) {
    try {
      context.requireDefault(clock.instant());
    } catch (WorkloadApiException e) {
      return e;
    }
    return update.problems().isEmpty()
        ? null
        : Responses.invalid(String.join("; ", update.problems()));
  }

  private boolean isExpired(ServedContext context) {
    try {
      context.requireDefault(clock.instant());
      return false;
    } catch (WorkloadApiException e) {
      return true;
    }
  }

  @Override
  public void onEnd(WorkloadApiException why, boolean isLast) {
    // Workload API §5.2.1: a denial takes everything back; an absent server does not. It does so
    // before anybody can read of the denial.
    if (why.reason() == Reason.NO_IDENTITY && served != null) {
      LOGGER.log(Level.WARNING, "Workload API at {0} has withdrawn the identity", address);
      accepted = null;
      serve(null);
    }
    setError(why);
    if (isLast) {
      first.completeExceptionally(why);
    }
  }

  private void serve(@Nullable ServedContext context) {
    synchronized (lock) {
      served = context;
    }
  }

  /** Says so once when things go wrong, and once when they are right again. */
  private void setError(@Nullable WorkloadApiException error) {
    WorkloadApiException before = lastError;
    lastError = error;
    if (error != null && (before == null || before.reason() != error.reason())) {
      LOGGER.log(Level.WARNING, "X.509 source: {0}", error.getMessage());
    } else if (error == null && before != null) {
      LOGGER.log(Level.INFO, "X.509 source of {0} is up to date again", address);
    }
  }

  /** What may be used now. */
  X509Context context() {
    Instant now = clock.instant();
    ServedContext current = current();
    if (current.isFresh(now)) {
      return current.context();
    }
    current.requireDefault(now);
    return withoutExpired(current, now);
  }

  /** Others than the default SVID may expire alone; then there is a new context without them. */
  @SuppressWarnings(
      "ReferenceEquality") // a snapshot that was replaced meanwhile must not come back
  private X509Context withoutExpired(ServedContext stale, Instant now) {
    synchronized (lock) {
      if (served == stale) {
        served = stale.withoutExpired(now);
      }
    }
    return context();
  }

  /** Bundles do not expire with an SVID. */
  Optional<X509Bundle> bundle(TrustDomain trustDomain) {
    return current().context().x509Bundle(trustDomain);
  }

  private ServedContext current() {
    ServedContext current = served;
    if (current == null) {
      throw new WorkloadApiException(
          Reason.NO_IDENTITY, "no identity is issued to this process by " + address);
    }
    return current;
  }
}
