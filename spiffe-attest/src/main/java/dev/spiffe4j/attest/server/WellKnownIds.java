package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;

/** The SPIFFE IDs below {@code /spire}, which no workload has. */
final class WellKnownIds {
  private static final String RESERVED = "/spire";
  private static final String AGENTS = "/spire/agent/";

  private WellKnownIds() {}

  static SpiffeId server(TrustDomain trustDomain) {
    return SpiffeId.of(trustDomain, "spire", "server");
  }

  static boolean isAgent(SpiffeId id) {
    return id.path().startsWith(AGENTS);
  }

  static boolean isReserved(SpiffeId id) {
    return id.path().equals(RESERVED) || id.path().startsWith(RESERVED + "/");
  }
}
