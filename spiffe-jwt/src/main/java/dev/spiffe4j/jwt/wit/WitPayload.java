package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.jwt.jose.TokenPayload;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims that a WIT-SVID is signed with (WIT-SVID §3).
 *
 * @param tokenIds where {@code jti} comes from, or null for none
 * @param backdate how long before its issue it is valid, or null for no {@code nbf}
 * @param issuer {@code iss}, or null for none
 */
record WitPayload(
    @Nullable SecureRandom tokenIds, @Nullable Duration backdate, @Nullable String issuer) {
  private static final Set<String> RESERVED =
      Set.of("sub", "exp", "iat", "nbf", "jti", "iss", "cnf", "aud");

  Map<String, Object> of(
      SpiffeId id,
      ConfirmationKey workloadKey,
      Instant issuedAt,
      Instant expiresAt,
      Map<String, Object> claims) {
    Map<String, Object> payload = TokenPayload.of(id, issuedAt, expiresAt);
    payload.put("cnf", workloadKey.toClaim());
    if (backdate != null) {
      payload.put("nbf", issuedAt.minus(backdate).getEpochSecond());
    }
    if (tokenIds != null) {
      payload.put("jti", RandomIds.next(tokenIds));
    }
    if (issuer != null) {
      payload.put("iss", issuer);
    }
    TokenPayload.addFurther(payload, claims, RESERVED);
    return payload;
  }

  /** WIT-SVID §3.7: nothing from which keys could be found in the way of OpenID Connect. */
  static String requireIssuer(String issuer) {
    String scheme;
    try {
      scheme = new URI(issuer).getScheme();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("issuer: not a URI", e);
    }
    if (scheme == null || scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("http")) {
      throw new IllegalArgumentException("issuer: " + issuer + " (expected: no web address)");
    }
    return issuer;
  }
}
