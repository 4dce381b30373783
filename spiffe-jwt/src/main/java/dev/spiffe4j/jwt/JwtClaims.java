package dev.spiffe4j.jwt;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.RegisteredClaims;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a JWT-SVID (JWT-SVID §3), of the right types; nothing is verified.
 *
 * @param spiffeId {@code sub}
 * @param audience {@code aud}, at least one
 * @param expiresAt {@code exp}
 * @param notBefore {@code nbf}, or null
 * @param issuedAt {@code iat}, or null if it is not a time
 * @param all every claim, without nulls, deeply unmodifiable
 */
record JwtClaims(
    SpiffeId spiffeId,
    List<String> audience,
    Instant expiresAt,
    @Nullable Instant notBefore,
    @Nullable Instant issuedAt,
    Map<String, Object> all) {
  static final int MAX_AUDIENCES = 32;

  /** Reads claims, throwing {@link SvidVerificationException} for those of no JWT-SVID. */
  static JwtClaims of(Map<String, @Nullable Object> payload) {
    return new JwtClaims(
        RegisteredClaims.subject(payload),
        audience(payload.get("aud")),
        RegisteredClaims.expiresAt(payload),
        RegisteredClaims.notBefore(payload),
        RegisteredClaims.issuedAt(payload),
        RegisteredClaims.all(payload));
  }

  /** §3.2, RFC 7519 §4.1.3: a text, or an array of them. */
  private static List<String> audience(@Nullable Object audience) {
    if (audience instanceof String single) {
      return List.of(audienceOf(single));
    }
    if (!(audience instanceof List<?> several) || several.isEmpty()) {
      throw badProfile("aud is missing or empty");
    }
    if (several.size() > MAX_AUDIENCES) {
      throw new SvidVerificationException(
          Reason.TOO_LARGE,
          "aud has " + several.size() + " values (expected: <= " + MAX_AUDIENCES + ")");
    }
    List<String> audiences = new ArrayList<>();
    for (Object one : several) {
      audiences.add(audienceOf(one));
    }
    return List.copyOf(audiences);
  }

  private static String audienceOf(@Nullable Object audience) {
    if (audience instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw badProfile("aud has a value that is empty or not a text");
  }

  private static SvidVerificationException badProfile(String message) {
    return new SvidVerificationException(Reason.BAD_PROFILE, message);
  }
}
