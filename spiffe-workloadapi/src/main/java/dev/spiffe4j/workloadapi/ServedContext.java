package dev.spiffe4j.workloadapi;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Instant;
import java.util.List;

/** A context with the times from which on it may not be served as it is. Immutable. */
final class ServedContext {
  private final X509Context context;
  private final Instant nextExpiry;

  private ServedContext(X509Context context, Instant nextExpiry) {
    this.context = context;
    this.nextExpiry = nextExpiry;
  }

  static ServedContext of(X509Context context) {
    Instant next = context.svids().get(0).expiresAt();
    for (X509Svid svid : context.svids()) {
      next = svid.expiresAt().isBefore(next) ? svid.expiresAt() : next;
    }
    return new ServedContext(context, next);
  }

  X509Context context() {
    return context;
  }

  /** Whether everything in it may be served. */
  boolean isFresh(Instant now) {
    return !now.isAfter(nextExpiry);
  }

  /**
   * Refuses a context whose default SVID has expired: another identity must not slip into its
   * place.
   *
   * @throws WorkloadApiException if it has
   */
  void requireDefault(Instant now) {
    X509Svid svid = context.svids().get(0);
    if (now.isAfter(svid.expiresAt())) {
      throw new WorkloadApiException(
          Reason.EXPIRED,
          "the X.509-SVID of " + svid.spiffeId() + " expired at " + svid.expiresAt());
    }
  }

  /** The same without the SVIDs that have expired. */
  ServedContext withoutExpired(Instant now) {
    List<X509Svid> rest =
        context.svids().stream().filter(svid -> !now.isAfter(svid.expiresAt())).toList();
    return of(X509Context.of(rest, context.bundles().values()));
  }
}
