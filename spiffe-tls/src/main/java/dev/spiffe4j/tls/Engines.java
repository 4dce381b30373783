package dev.spiffe4j.tls;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes the engines of one TLS, all those of one generation of one {@code SSLContext}: its session
 * caches and ticket keys end with it. Thread-safe.
 */
final class Engines {
  private final LiveConnections connections;
  private final ConnectionRules rules;
  private final Generations generations;
  private final Supplier<X509ExtendedKeyManager> keyManagers;
  private final Set<SSLEngine> asked = Collections.synchronizedSet(weakSet());

  private volatile @Nullable Shared shared;

  private record Shared(TlsGeneration generation, SSLContext context) {}

  Engines(
      LiveConnections connections,
      ConnectionRules rules,
      Generations generations,
      Supplier<X509ExtendedKeyManager> keyManagers) {
    this.connections = connections;
    this.rules = rules;
    this.generations = generations;
    this.keyManagers = keyManagers;
  }

  private static Set<SSLEngine> weakSet() {
    return Collections.newSetFromMap(new WeakHashMap<>());
  }

  SSLEngine engine(Function<SSLContext, SSLEngine> maker) {
    Shared now = shared();
    SSLContext context = now == null ? context(keyManagers.get()) : now.context;
    TlsGeneration generation = now == null ? null : now.generation;
    return new VerifyingEngine(
        maker.apply(context), new PeerCheck(connections, rules, asked, generation));
  }

  /** Nothing if sessions must not be shared, or if the source has nothing to present now. */
  private @Nullable Shared shared() {
    TlsGeneration generation;
    try {
      generation = generations.now();
    } catch (RuntimeException e) {
      // The handshake will say why, with an alert.
      return null;
    }
    if (!generation.isFixed()) {
      return null;
    }
    Shared known = shared;
    if (known == null || known.generation != generation) {
      known = new Shared(generation, context(generation.keyManager()));
      shared = known;
    }
    return known;
  }

  private SSLContext context(X509ExtendedKeyManager keys) {
    return Connections.context(keys, new PeerTrustManager(connections, asked::add));
  }
}
