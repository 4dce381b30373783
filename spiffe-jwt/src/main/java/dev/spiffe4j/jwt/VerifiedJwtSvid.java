package dev.spiffe4j.jwt;

import dev.spiffe4j.SpiffeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a JWT-SVID proved: signed by an authority of its own trust domain, for us, and valid then.
 * Only {@link JwtSvidVerifier} makes one. Immutable and thread-safe; does not hold the token.
 */
public final class VerifiedJwtSvid {
  private final JwtClaims claims;

  VerifiedJwtSvid(JwtClaims claims) {
    this.claims = claims;
  }

  /**
   * Who the bearer is.
   *
   * @return the SPIFFE ID in {@code sub}
   */
  public SpiffeId spiffeId() {
    return claims.spiffeId();
  }

  /**
   * For whom the token is.
   *
   * @return all values of {@code aud}; one of them is ours
   */
  public List<String> audience() {
    return claims.audience();
  }

  /**
   * From when on this proof means nothing.
   *
   * @return {@code exp}, without leeway; at most the end of year 9999
   */
  public Instant expiresAt() {
    return claims.expiresAt();
  }

  /**
   * All claims, also those the standard does not know: their meaning is that trust domain's.
   *
   * @return unmodifiable, in the token's order; values are {@link String}, {@link Boolean}, {@link
   *     Long}, {@link Double}, {@link List} and {@link Map}; what was null is left out
   */
  public Map<String, Object> claims() {
    return claims.all();
  }

  /** Returns the SPIFFE ID and the expiry, and no other claim. */
  @Override
  public String toString() {
    return "VerifiedJwtSvid[" + spiffeId() + ", expires " + expiresAt() + "]";
  }
}
