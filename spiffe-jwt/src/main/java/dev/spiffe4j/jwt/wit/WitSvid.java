package dev.spiffe4j.jwt.wit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.jwt.jose.CompactJws;
import dev.spiffe4j.jwt.jose.PrivateJwk;
import dev.spiffe4j.jwt.jose.Refusals;
import dev.spiffe4j.jwt.jose.SigningKey;
import java.security.PrivateKey;
import java.security.Provider;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Incubating: a WIT-SVID of our own, with the private key that it is bound to (WIT-SVID §3). There
 * is none without the key, so that what a peer presented cannot become one: that is for {@link
 * WitSvidVerifier}. Its signature was not verified. Immutable and thread-safe; never prints the
 * token or the key.
 */
public final class WitSvid {
  private final String token;
  private final WitClaims claims;
  private final PrivateKey privateKey;
  private final SigningKey signingKey;
  private final String hint;

  private WitSvid(
      String token, WitClaims claims, PrivateKey privateKey, SigningKey signingKey, String hint) {
    this.token = token;
    this.claims = claims;
    this.privateKey = privateKey;
    this.signingKey = signingKey;
    this.hint = hint;
  }

  /**
   * Joins a token that was issued to us with our key.
   *
   * @param token three base64url parts with dots between
   * @param privateKey the private half of the key in its {@code cnf}; need not be extractable
   * @return the SVID
   * @throws InvalidDocumentException if the token is not the form of a WIT-SVID, or the key is
   *     another one
   */
  public static WitSvid of(String token, PrivateKey privateKey) {
    return joined(token, readClaims(token), privateKey, null);
  }

  /**
   * Joins a token that was issued to us with a key that only one provider can use.
   *
   * @param token three base64url parts with dots between
   * @param privateKey the private half of the key in its {@code cnf}; need not be extractable
   * @param provider a JCA provider, which need not be registered
   * @return the SVID
   * @throws InvalidDocumentException if the token is not the form of a WIT-SVID, or the key is
   *     another one
   */
  public static WitSvid of(String token, PrivateKey privateKey, Provider provider) {
    return joined(token, readClaims(token), privateKey, requireNonNull(provider, "provider"));
  }

  /**
   * Parses what the Workload API gives out.
   *
   * @param token three base64url parts with dots between
   * @param privateJwk the private half of the key in its {@code cnf}, as JWK
   * @return the SVID
   * @throws InvalidDocumentException if the token is not the form of a WIT-SVID, the JWK is not a
   *     private key, or another one
   */
  public static WitSvid parse(String token, String privateJwk) {
    WitClaims claims = readClaims(token);
    PrivateJwk jwk = PrivateJwk.parse(requireNonNull(privateJwk, "privateJwk"));
    // Both halves of the JWK, and its algorithm, are those of cnf.
    if (!jwk.isFor(claims.key().jwtAlgorithm()) || !claims.key().hasKey(jwk.publicKey())) {
      throw mismatch();
    }
    return joined(token, claims, jwk.privateKey(), null);
  }

  private static WitClaims readClaims(String token) {
    requireNonNull(token, "token");
    try {
      return WitClaims.of(CompactJws.parse(token, WitHeader::check).payload());
    } catch (SvidVerificationException e) {
      throw Refusals.asDocument(e);
    }
  }

  private static WitSvid joined(
      String token, WitClaims claims, PrivateKey privateKey, @Nullable Provider provider) {
    ConfirmationKey key = claims.key();
    SigningKey signingKey =
        SigningKey.of(
            key.jwtAlgorithm(),
            requireNonNull(privateKey, "privateKey"),
            key.publicKey(),
            provider);
    if (!signingKey.matches()) {
      throw mismatch();
    }
    return new WitSvid(token, claims, privateKey, signingKey, "");
  }

  private static InvalidDocumentException mismatch() {
    return new InvalidDocumentException(
        Reason.KEY_MISMATCH, "the private key is not that of the token's cnf");
  }

  /**
   * The same SVID with a hint, which says what it is meant for (Workload API §8).
   *
   * @param hint such as {@code internal}; empty for none
   * @return a new SVID
   */
  public WitSvid withHint(String hint) {
    return new WitSvid(token, claims, privateKey, signingKey, requireNonNull(hint, "hint"));
  }

  /**
   * The token itself. It proves nothing without a proof for the request that it goes with.
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
   * The end of its validity, after which the key must not be used either.
   *
   * @return its {@code exp}
   */
  public Instant expiresAt() {
    return claims.expiresAt();
  }

  /**
   * When it was issued.
   *
   * @return its {@code iat}, which the standard does not require
   */
  public Optional<Instant> issuedAt() {
    return Optional.ofNullable(claims.issuedAt());
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
   * Our half of the key.
   *
   * @return the private key
   */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /**
   * Our half of the key in the form in which the Workload API hands it out.
   *
   * @return a private JWK; a secret
   * @throws InvalidDocumentException if the key cannot be read out
   */
  public String privateJwk() {
    return PrivateJwk.write(claims.key().jwtAlgorithm(), claims.key().publicKey(), privateKey);
  }

  /**
   * What the SVID is meant for.
   *
   * @return the hint, or nothing if it has none
   */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }

  SigningKey signingKey() {
    return signingKey;
  }

  /** Returns the SPIFFE ID and the expiry, and nothing of the token and its key. */
  @Override
  public String toString() {
    return "WitSvid[" + spiffeId() + ", expires " + expiresAt() + "]";
  }
}
