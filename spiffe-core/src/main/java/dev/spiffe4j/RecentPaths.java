package dev.spiffe4j;

import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The paths found last, by their leaf: two maps of bounded size, of which the older one is shed.
 */
final class RecentPaths {
  private static final int MAX_PATHS = 512;

  private volatile Map<X509Certificate, X509Path> recent = new ConcurrentHashMap<>();
  private volatile Map<X509Certificate, X509Path> older = Map.of();

  Optional<X509Path> find(X509Certificate leaf) {
    X509Path path = recent.get(leaf);
    return Optional.ofNullable(path == null ? older.get(leaf) : path);
  }

  void add(X509Path path) {
    if (recent.size() >= MAX_PATHS) {
      shed();
    }
    recent.put(path.chain().get(0), path);
  }

  private synchronized void shed() {
    if (recent.size() >= MAX_PATHS) {
      older = recent;
      recent = new ConcurrentHashMap<>();
    }
  }
}
