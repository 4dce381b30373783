package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeId;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Optional;

/**
 * Incubating: a WIT-SVID as its issuer signed it, without the workload's private key, which the
 * issuer does not have. Only {@link WitSvidSigner} makes one. Immutable and thread-safe; never
 * prints the token.
 */
public final class IssuedWitSvid {
  private final String token;
  private final WitClaims claims;

  IssuedWitSvid(String token, WitClaims claims) {
    this.token = token;
    this.claims = claims;
  }

  /**
   * The token itself.
   *
   * @return three base64url parts with dots between
   */
  public String token() {
    return token;
  }

  /**
   * Whom the SVID names.
   *
   * @return its {@code sub}
   */
  public SpiffeId spiffeId() {
    return claims.spiffeId();
  }

  /**
   * The end of its validity.
   *
   * @return its {@code exp}
   */
  public Instant expiresAt() {
    return claims.expiresAt();
  }

  /**
   * What tells this SVID from others of the workload, in audit logs on both sides.
   *
   * @return its {@code jti}, if the signer sets them
   */
  public Optional<String> tokenId() {
    return Optional.ofNullable(claims.tokenId());
  }

  /**
   * The key that it is bound to.
   *
   * @return its {@code cnf}
   */
  public ConfirmationKey confirmationKey() {
    return claims.key();
  }

  /**
   * The SVID as its holder has it.
   *
   * @param privateKey the private half of the key in its {@code cnf}
   * @return the SVID
   * @throws InvalidDocumentException if it is another key
   */
  public WitSvid withPrivateKey(PrivateKey privateKey) {
    return WitSvid.of(token, privateKey);
  }

  /** Returns the SPIFFE ID and the expiry, and nothing of the token. */
  @Override
  public String toString() {
    return "IssuedWitSvid[" + spiffeId() + ", expires " + expiresAt() + "]";
  }
}
