package dev.spiffe4j.jwt.wit;

import java.time.Instant;

/**
 * Incubating: a WIT-SVID that its trust domain signed and that is valid, but of which nobody knows
 * yet who sent it: whoever saw a request has its token (WIT-SVID §4, §7.1). So it tells nothing
 * about a sender; {@link WitProofVerifier} makes a {@link VerifiedWitSvid} of it. Only {@link
 * WitSvidVerifier} makes one. Immutable and thread-safe; does not hold the token.
 */
public final class UnprovenWitSvid {
  private final WitClaims claims;
  private final String tokenHash;
  private final Instant validUntil;

  UnprovenWitSvid(WitClaims claims, String tokenHash, Instant validUntil) {
    this.claims = claims;
    this.tokenHash = tokenHash;
    this.validUntil = validUntil;
  }

  WitClaims claims() {
    return claims;
  }

  /** What a proof for this token has in {@code wth}. */
  String tokenHash() {
    return tokenHash;
  }

  /** The end of its validity, with the leeway of who verified it. */
  Instant validUntil() {
    return validUntil;
  }

  /** Names nobody, so that no log takes the claim for a fact. */
  @Override
  public String toString() {
    return "UnprovenWitSvid";
  }
}
