package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.RegisteredClaims;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a WIT-SVID (WIT-SVID §3), of the right types; nothing is verified.
 *
 * @param spiffeId {@code sub}
 * @param expiresAt {@code exp}
 * @param notBefore {@code nbf}, or null
 * @param issuedAt {@code iat}, or null if it is not a time
 * @param tokenId {@code jti}, or null if it is not a text
 * @param key {@code cnf}
 * @param all every claim, without nulls, deeply unmodifiable
 */
record WitClaims(
    SpiffeId spiffeId,
    Instant expiresAt,
    @Nullable Instant notBefore,
    @Nullable Instant issuedAt,
    @Nullable String tokenId,
    ConfirmationKey key,
    Map<String, Object> all) {

  /** Reads claims, throwing {@link SvidVerificationException} for those of no WIT-SVID. */
  static WitClaims of(Map<String, @Nullable Object> payload) {
    // §3.8. A token for somebody in particular is another kind of token.
    if (payload.containsKey("aud")) {
      throw new SvidVerificationException(Reason.BAD_PROFILE, "a WIT-SVID has no aud");
    }
    return new WitClaims(
        RegisteredClaims.subject(payload),
        RegisteredClaims.expiresAt(payload),
        RegisteredClaims.notBefore(payload),
        RegisteredClaims.issuedAt(payload),
        // §3.3: for audit only, so that nothing fails on it.
        payload.get("jti") instanceof String tokenId ? tokenId : null,
        ConfirmationKey.read(payload.get("cnf")),
        RegisteredClaims.all(payload));
  }
}
