package dev.spiffe4j.attest.server;

import java.time.Duration;

/**
 * How long a server's SVIDs live.
 *
 * @param x509Svid X.509-SVIDs whose entry says nothing, and the server's own
 * @param jwtSvid JWT-SVIDs whose entry says nothing
 * @param agent agents' SVIDs
 */
record Ttls(Duration x509Svid, Duration jwtSvid, Duration agent) {
  static Ttls of(IdentityServer.Builder builder) {
    Duration agent = builder.agentTtl == null ? builder.x509SvidTtl : builder.agentTtl;
    return new Ttls(builder.x509SvidTtl, builder.jwtSvidTtl, agent);
  }

  static Duration require(Duration ttl, Duration least) {
    if (ttl.compareTo(least) < 0) {
      throw new IllegalArgumentException("ttl: " + ttl + " (expected: >= " + least + ")");
    }
    return ttl;
  }

  Duration x509Svid(Duration ofEntry) {
    return ofEntry.isZero() ? x509Svid : ofEntry;
  }

  Duration jwtSvid(Duration ofEntry) {
    return ofEntry.isZero() ? jwtSvid : ofEntry;
  }
}
