package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.SpiffeId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The claims that JWT-SVIDs and WIT-SVIDs are signed with in one way. */
public final class TokenPayload {
  private TokenPayload() {}

  /**
   * Begins a payload with {@code sub}, {@code iat} and {@code exp}.
   *
   * @throws IllegalArgumentException if the ID is none of a workload, or the end is not after the
   *     beginning
   */
  public static Map<String, Object> of(SpiffeId id, Instant issuedAt, Instant expiresAt) {
    if (id.isTrustDomainId()) {
      throw new IllegalArgumentException("id: " + id + " (expected: a workload, with a path)");
    }
    if (expiresAt.getEpochSecond() <= issuedAt.getEpochSecond()) {
      throw new IllegalArgumentException(
          "expiresAt: " + expiresAt + " (expected: a second after " + issuedAt + ")");
    }
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("sub", id.toString());
    payload.put("iat", issuedAt.getEpochSecond());
    payload.put("exp", expiresAt.getEpochSecond());
    return payload;
  }

  /**
   * Adds claims of the caller's.
   *
   * @throws IllegalArgumentException if one is reserved to the signer
   */
  public static void addFurther(
      Map<String, Object> payload, Map<String, Object> claims, Set<String> reserved) {
    claims.forEach(
        (name, value) -> {
          if (reserved.contains(name)) {
            throw new IllegalArgumentException("claims: " + name + " is the signer's");
          }
          payload.put(name, value);
        });
  }
}
