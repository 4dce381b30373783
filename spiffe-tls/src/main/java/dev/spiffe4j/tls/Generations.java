package dev.spiffe4j.tls;

import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The generation of now: one for each context of the source, or more. As a trace it hears what the
 * sessions of a generation rest on. Thread-safe.
 */
final class Generations implements TlsTrace {
  private final X509ContextSource source;
  private final InstantSource clock;
  private final Function<X509Context, TlsGeneration> maker;
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile @Nullable TlsGeneration generation;

  Generations(
      X509ContextSource source, InstantSource clock, Function<X509Context, TlsGeneration> maker) {
    this.source = source;
    this.clock = clock;
    this.maker = maker;
  }

  TlsGeneration now() {
    TlsGeneration known = generation;
    return known != null && known.isNow(source.x509Context(), clock.instant()) ? known : next();
  }

  /** Two that are late for the same change get the same one. */
  private TlsGeneration next() {
    synchronized (lock) {
      X509Context now = source.x509Context();
      TlsGeneration known = generation;
      if (known == null || !known.isNow(now, clock.instant())) {
        known = maker.apply(now);
        generation = known;
      }
      return known;
    }
  }

  @Override
  public void presented(X509Svid svid) {
    rest(svid.expiresAt());
  }

  @Override
  public void accepted(VerifiedPeer peer) {
    rest(peer.expiresAt());
  }

  /** If it was in a generation that has gone meanwhile, its sessions are out of reach already. */
  private void rest(Instant expiry) {
    TlsGeneration known = generation;
    if (known != null) {
      known.endBy(expiry);
    }
  }
}
