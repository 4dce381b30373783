package dev.spiffe4j.attest.server;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.authority.JwtAuthority;
import dev.spiffe4j.attest.authority.X509Authority;
import dev.spiffe4j.attest.store.DataStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a server does by itself: rotates keys and SVIDs, follows the store, forgets what is over.
 */
final class Maintenance {
  /** SPIRE looks each 10 s for its keys and each 5 s for its SVID. */
  private static final Duration ROTATE = Duration.ofSeconds(5);

  private static final Duration PRUNE = Duration.ofMinutes(5);

  /** Authorities stay a day longer than they are valid, as in SPIRE. */
  private static final Duration AUTHORITIES_KEPT = Duration.ofHours(24);

  private static final Logger LOGGER = System.getLogger(Maintenance.class.getName());

  private final TrustDomain trustDomain;
  private final X509Authority x509Authority;
  private final JwtAuthority jwtAuthority;
  private final ServerIdentity identity;
  private final Mirror mirror;
  private final Entries entries;
  private final DataStore store;
  private final InstantSource clock;

  Maintenance(
      TrustDomain trustDomain,
      X509Authority x509Authority,
      JwtAuthority jwtAuthority,
      ServerIdentity identity,
      Mirror mirror,
      Entries entries,
      DataStore store,
      InstantSource clock) {
    this.trustDomain = trustDomain;
    this.x509Authority = x509Authority;
    this.jwtAuthority = jwtAuthority;
    this.identity = identity;
    this.mirror = mirror;
    this.entries = entries;
    this.store = store;
    this.clock = clock;
  }

  /** Begins; the first time is now, and must succeed. */
  List<Future<?>> start(ScheduledExecutorService scheduler) {
    rotate();
    return List.of(
        repeat(scheduler, ROTATE, "rotation", this::rotate),
        repeat(scheduler, PRUNE, "pruning", this::prune));
  }

  private static Future<?> repeat(
      ScheduledExecutorService scheduler, Duration interval, String what, Runnable work) {
    Runnable logged =
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            // The next time may go better; what is valid is served until then.
            LOGGER.log(Level.WARNING, what + " failed", e);
          }
        };
    long nanos = interval.toNanos();
    return scheduler.scheduleWithFixedDelay(logged, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private void rotate() {
    x509Authority.rotate();
    jwtAuthority.rotate();
    mirror.refresh();
    identity.rotate();
  }

  private void prune() {
    Instant now = clock.instant();
    entries.prune(now);
    store.joinTokens().prune(now);
    store
        .bundles()
        .update(trustDomain, bundle -> bundle.withoutExpiredBefore(now.minus(AUTHORITIES_KEPT)));
  }
}
