package dev.spiffe4j.tls;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import org.jspecify.annotations.Nullable;

/** The generation of now: one for each context of the source. Thread-safe. */
final class Generations {
  private final X509ContextSource source;
  private final KeyManagers keyManagers;
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile @Nullable TlsGeneration generation;

  Generations(X509ContextSource source, KeyManagers keyManagers) {
    this.source = source;
    this.keyManagers = keyManagers;
  }

  TlsGeneration now() {
    TlsGeneration known = generation;
    return known != null && known.isOf(source.x509Context()) ? known : next();
  }

  /** Two that are late for the same change get the same one. */
  private TlsGeneration next() {
    synchronized (lock) {
      X509Context now = source.x509Context();
      TlsGeneration known = generation;
      if (known == null || !known.isOf(now)) {
        known = keyManagers.generation(now);
        generation = known;
      }
      return known;
    }
  }
}
