package dev.spiffe4j.workloadapi;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What of a snapshot may be served at which time.
 *
 * @param svids the SVIDs of a snapshot, the default one first; none if it is of bundles
 * @param id whom an SVID names
 * @param expiresAt until when it is valid
 * @param with the snapshot with other SVIDs
 * @param isOfSvids whether a snapshot without any is none
 */
record Expiry<S, V>(
    Function<S, List<V>> svids,
    Function<V, SpiffeId> id,
    Function<V, Instant> expiresAt,
    BiFunction<S, List<V>, S> with,
    boolean isOfSvids) {

  static Expiry<X509Context, X509Svid> ofX509() {
    return new Expiry<>(
        X509Context::svids,
        X509Svid::spiffeId,
        X509Svid::expiresAt,
        (context, rest) -> X509Context.of(rest, context.bundles().values()),
        true);
  }

  static Expiry<List<WitSvid>, WitSvid> ofWit() {
    return new Expiry<>(
        svids -> svids,
        WitSvid::spiffeId,
        WitSvid::expiresAt,
        (all, rest) -> List.copyOf(rest),
        true);
  }

  /** Bundles do not expire. */
  static <S> Expiry<S, SpiffeId> never() {
    return new Expiry<>(
        snapshot -> List.of(), id -> id, id -> Instant.MAX, (snapshot, rest) -> snapshot, false);
  }

  /** From when on not everything may be served any more. */
  Instant next(S snapshot) {
    return svids.apply(snapshot).stream()
        .map(expiresAt)
        .min(Instant::compareTo)
        .orElse(isOfSvids ? Instant.MIN : Instant.MAX);
  }

  Optional<V> defaultSvid(S snapshot) {
    return svids.apply(snapshot).stream().findFirst();
  }

  /**
   * Refuses a snapshot whose default SVID has expired, or was not among the others: another
   * identity must not slip into its place.
   *
   * @throws WorkloadApiException if it has, or was not
   */
  void requireDefault(S snapshot, Instant now) {
    if (isOfSvids && svids.apply(snapshot).isEmpty()) {
      throw new WorkloadApiException(Reason.NO_MATCHING_SVID, "no SVID is the one that is wanted");
    }
    defaultSvid(snapshot)
        .filter(svid -> now.isAfter(expiresAt.apply(svid)))
        .ifPresent(
            svid -> {
              throw new WorkloadApiException(
                  Reason.EXPIRED,
                  "the SVID of " + id.apply(svid) + " expired at " + expiresAt.apply(svid));
            });
  }

  /** The same without the SVIDs that have expired. */
  S withoutExpired(S snapshot, Instant now) {
    return with.apply(
        snapshot,
        svids.apply(snapshot).stream()
            .filter(svid -> !now.isAfter(expiresAt.apply(svid)))
            .toList());
  }
}
