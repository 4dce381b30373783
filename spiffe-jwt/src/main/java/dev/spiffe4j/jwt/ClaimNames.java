package dev.spiffe4j.jwt;

import java.util.Set;

/** Names of claims (RFC 7519 §4). */
final class ClaimNames {
  /** Registered ones that issuers of SVIDs may have a use for (§4.1; RFC 7800, 8693, 9068). */
  private static final Set<String> REGISTERED =
      Set.of(
          "iss",
          "nbf",
          "jti",
          "cnf",
          "act",
          "may_act",
          "scope",
          "client_id",
          "roles",
          "groups",
          "entitlements");

  private ClaimNames() {}

  /** §4.2: registered, or in a name space of somebody's own, such as a domain name or a URI. */
  static boolean isCollisionResistant(String name) {
    return REGISTERED.contains(name) || name.indexOf('.') > 0 || name.indexOf(':') > 0;
  }
}
