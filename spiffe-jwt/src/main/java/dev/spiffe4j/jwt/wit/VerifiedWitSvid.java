package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.SpiffeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Incubating: the sender of one request, who has a WIT-SVID of its own trust domain and the private
 * key that it is bound to. Only {@link WitProofVerifier} makes one. It says nothing about other
 * requests, also from the same connection. Immutable and thread-safe; does not hold the token.
 */
public final class VerifiedWitSvid {
  private final WitClaims claims;

  VerifiedWitSvid(WitClaims claims) {
    this.claims = claims;
  }

  /**
   * Who the sender is.
   *
   * @return the SPIFFE ID in {@code sub}
   */
  public SpiffeId spiffeId() {
    return claims.spiffeId();
  }

  /**
   * The end of the SVID's validity.
   *
   * @return {@code exp}, without leeway; at most the end of year 9999
   */
  public Instant expiresAt() {
    return claims.expiresAt();
  }

  /**
   * When the SVID was issued, as it says; for audit only.
   *
   * @return {@code iat}, which the standard does not require
   */
  public Optional<Instant> issuedAt() {
    return Optional.ofNullable(claims.issuedAt());
  }

  /**
   * What tells the SVID from others of the workload; for audit only, since it comes with each
   * request.
   *
   * @return {@code jti}, which the standard does not require
   */
  public Optional<String> tokenId() {
    return Optional.ofNullable(claims.tokenId());
  }

  /**
   * The key that the sender holds.
   *
   * @return the {@code cnf}
   */
  public ConfirmationKey confirmationKey() {
    return claims.key();
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
    return "VerifiedWitSvid[" + spiffeId() + ", expires " + expiresAt() + "]";
  }
}
