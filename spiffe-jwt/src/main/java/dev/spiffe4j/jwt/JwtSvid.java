package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.jwt.jose.CompactJws;
import dev.spiffe4j.jwt.jose.Refusals;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JWT-SVID to present: a bearer token, as its issuer gave it to us (JWT-SVID §3). Nothing in it
 * was verified; what a peer presents is verified by {@link JwtSvidVerifier}. Immutable and
 * thread-safe; never prints the token.
 */
public final class JwtSvid {
  private final String token;
  private final String keyId;
  private final SpiffeId spiffeId;
  private final List<String> audience;
  private final Instant expiresAt;
  private final @Nullable Instant issuedAt;
  private final String hint;

  private JwtSvid(
      String token,
      String keyId,
      SpiffeId spiffeId,
      List<String> audience,
      Instant expiresAt,
      @Nullable Instant issuedAt,
      String hint) {
    this.token = token;
    this.keyId = keyId;
    this.spiffeId = spiffeId;
    this.audience = List.copyOf(audience);
    this.expiresAt = expiresAt;
    this.issuedAt = issuedAt;
    this.hint = hint;
  }

  /**
   * Parses a token that was issued to us. Only its form is checked: not its signature, its time or
   * its audience.
   *
   * @param token three base64url parts with dots between
   * @return the SVID
   * @throws InvalidDocumentException if it is not the form of a JWT-SVID
   */
  public static JwtSvid parse(String token) {
    requireNonNull(token, "token");
    CompactJws jws;
    JwtClaims claims;
    try {
      jws = CompactJws.parse(token, JwtHeader::check);
      claims = JwtClaims.of(jws.payload());
    } catch (SvidVerificationException e) {
      throw Refusals.asDocument(e);
    }
    return new JwtSvid(
        token,
        jws.keyId(),
        claims.spiffeId(),
        claims.audience(),
        claims.expiresAt(),
        claims.issuedAt(),
        "");
  }

  /**
   * The same SVID with a hint, which says what it is meant for (Workload API §8).
   *
   * @param hint such as {@code internal}; empty for none
   * @return a new SVID
   */
  public JwtSvid withHint(String hint) {
    return new JwtSvid(
        token, keyId, spiffeId, audience, expiresAt, issuedAt, requireNonNull(hint, "hint"));
  }

  /**
   * The token itself. Whoever has it is, to its audience, the workload.
   *
   * @return three base64url parts with dots between
   */
  public String token() {
    return token;
  }

  /**
   * Which of its trust domain's keys signed it, by which a holder can tell that it has to be
   * replaced, as when that key is revoked.
   *
   * @return its {@code kid}, which we take no token without
   */
  public String keyId() {
    return keyId;
  }

  /**
   * Whom the SVID names.
   *
   * @return its {@code sub}
   */
  public SpiffeId spiffeId() {
    return spiffeId;
  }

  /**
   * For whom it is.
   *
   * @return its {@code aud}, at least one
   */
  public List<String> audience() {
    return audience;
  }

  /**
   * The end of its validity.
   *
   * @return its {@code exp}
   */
  public Instant expiresAt() {
    return expiresAt;
  }

  /**
   * When it was issued.
   *
   * @return its {@code iat}, which the standard does not require
   */
  public Optional<Instant> issuedAt() {
    return Optional.ofNullable(issuedAt);
  }

  /**
   * What the SVID is meant for.
   *
   * @return the hint, or nothing if it has none
   */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }

  /** Returns the SPIFFE ID, the audience and the expiry, and nothing of the token. */
  @Override
  public String toString() {
    return "JwtSvid[" + spiffeId + ", audience=" + audience + ", expires " + expiresAt + "]";
  }
}
