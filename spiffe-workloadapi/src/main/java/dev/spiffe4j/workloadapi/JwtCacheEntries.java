package dev.spiffe4j.workloadapi;

import dev.spiffe4j.jwt.JwtSvidRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/** The entries of a cache, of which the one goes first that was used the longest ago. */
final class JwtCacheEntries extends LinkedHashMap<JwtSvidRequest, JwtCacheEntry> {
  private static final long serialVersionUID = 1L;

  private final int maxEntries;

  JwtCacheEntries(int maxEntries) {
    super(16, 0.75f, true);
    this.maxEntries = maxEntries;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<JwtSvidRequest, JwtCacheEntry> eldest) {
    if (size() <= maxEntries) {
      return false;
    }
    eldest.getValue().leave();
    return true;
  }
}
