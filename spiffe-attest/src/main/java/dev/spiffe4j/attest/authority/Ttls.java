package dev.spiffe4j.attest.authority;

import java.time.Duration;

/** Bounds of lifetimes. */
final class Ttls {
  private static final Duration MIN_AUTHORITY = Duration.ofMinutes(1);

  private Ttls() {}

  static Duration requireAuthority(Duration ttl) {
    if (ttl.compareTo(MIN_AUTHORITY) < 0) {
      throw new IllegalArgumentException("ttl: " + ttl + " (expected: >= " + MIN_AUTHORITY + ")");
    }
    return ttl;
  }
}
