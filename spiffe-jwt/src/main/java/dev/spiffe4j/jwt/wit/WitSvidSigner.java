package dev.spiffe4j.jwt.wit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.jwt.jose.AuthorityKey;
import dev.spiffe4j.jwt.jose.CompactJws;
import dev.spiffe4j.jwt.jose.JwtAlgorithm;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Incubating: signs WIT-SVIDs with one authority's key (WIT-SVID §2, §3). Whether somebody may have
 * one, and holds the key that it is to be bound to, is for the caller to know. Immutable, and
 * thread-safe if the key's provider is; never prints its key.
 */
public final class WitSvidSigner {
  /** How long an SVID lives if the caller does not say. */
  public static final Duration DEFAULT_LIFETIME = Duration.ofHours(1);

  private static final Duration MAX_BACKDATE = Duration.ofMinutes(5);

  private final AuthorityKey key;
  private final WitPayload payload;

  private WitSvidSigner(AuthorityKey key, WitPayload payload) {
    this.key = key;
    this.payload = payload;
  }

  /**
   * Makes a signer with the usual options.
   *
   * @param keyId the key's ID in the bundle of its trust domain; never used for another key
   * @param privateKey the key; need not be extractable
   * @param publicKey its public half, which decides the algorithm: RS256 for RSA of 2048 to 8192
   *     bits, ES256, ES384 and ES512 for P-256, P-384 and P-521
   * @return the signer
   * @throws IllegalArgumentException if the key ID is empty or too long, the key is of another kind
   *     or size, or the two do not belong together
   */
  public static WitSvidSigner of(String keyId, PrivateKey privateKey, PublicKey publicKey) {
    return builder(keyId, privateKey, publicKey).build();
  }

  /**
   * Begins a signer.
   *
   * @param keyId the key's ID in the bundle of its trust domain; never used for another key
   * @param privateKey the key; need not be extractable
   * @param publicKey its public half
   * @return a builder
   */
  public static Builder builder(String keyId, PrivateKey privateKey, PublicKey publicKey) {
    return new Builder(
        requireNonNull(keyId, "keyId"),
        requireNonNull(privateKey, "privateKey"),
        requireNonNull(publicKey, "publicKey"));
  }

  /**
   * The key's ID.
   *
   * @return the {@code kid} of every token
   */
  public String keyId() {
    return key.keyId();
  }

  /**
   * The key that verifies the tokens.
   *
   * @return what belongs into the bundle under {@link #keyId}
   */
  public PublicKey publicKey() {
    return key.publicKey();
  }

  /**
   * Signs a token that lives as long as is usual.
   *
   * @param id whom the token names; a workload
   * @param workloadKey what it is bound to
   * @param issuedAt when it is issued; cut to seconds
   * @return the SVID
   * @throws IllegalArgumentException if an argument is none of that
   * @throws InvalidDocumentException if the key does not sign
   */
  public IssuedWitSvid sign(SpiffeId id, ConfirmationKey workloadKey, Instant issuedAt) {
    return sign(id, workloadKey, issuedAt, issuedAt.plus(DEFAULT_LIFETIME));
  }

  /**
   * Signs a token without further claims.
   *
   * @param id whom the token names; a workload
   * @param workloadKey what it is bound to
   * @param issuedAt when it is issued; cut to seconds
   * @param expiresAt the end of its validity; cut to seconds
   * @return the SVID
   * @throws IllegalArgumentException if an argument is none of that
   * @throws InvalidDocumentException if the key does not sign
   */
  public IssuedWitSvid sign(
      SpiffeId id, ConfirmationKey workloadKey, Instant issuedAt, Instant expiresAt) {
    return sign(id, workloadKey, issuedAt, expiresAt, Map.of());
  }

  /**
   * Signs a token with further claims.
   *
   * @param id whom the token names; a workload
   * @param workloadKey what it is bound to
   * @param issuedAt when it is issued; cut to seconds
   * @param expiresAt the end of its validity; cut to seconds
   * @param claims further claims, none that the signer sets itself, and no {@code aud}; values are
   *     {@link String}, {@link Boolean}, {@link Integer}, {@link Long}, {@link Double}, {@link
   *     List} and {@link Map}
   * @return the SVID
   * @throws IllegalArgumentException if an argument is none of that, or the token would be too long
   * @throws InvalidDocumentException if the key does not sign
   */
  public IssuedWitSvid sign(
      SpiffeId id,
      ConfirmationKey workloadKey,
      Instant issuedAt,
      Instant expiresAt,
      Map<String, Object> claims) {
    requireNonNull(workloadKey, "workloadKey");
    return issued(key.sign(payload.of(id, workloadKey, issuedAt, expiresAt, claims)));
  }

  /** Nothing leaves that our own reader would refuse. */
  private static IssuedWitSvid issued(String token) {
    try {
      CompactJws jws = CompactJws.parse(token, WitHeader::check);
      return new IssuedWitSvid(token, WitClaims.of(jws.payload()));
    } catch (SvidVerificationException e) {
      throw new AssertionError("an SVID that we would refuse", e);
    }
  }

  /** Returns the key ID and the algorithm, and nothing of the key. */
  @Override
  public String toString() {
    return "WitSvidSigner[" + key + "]";
  }

  /** Options of a {@link WitSvidSigner}. Not thread-safe. */
  public static final class Builder {
    private final String keyId;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private @Nullable JwtAlgorithm algorithm;
    private @Nullable Provider provider;
    private SecureRandom random = new SecureRandom();
    private boolean tokenIds = true;
    private @Nullable Duration backdate;
    private @Nullable String issuer;

    private Builder(String keyId, PrivateKey privateKey, PublicKey publicKey) {
      this.keyId = keyId;
      this.privateKey = privateKey;
      this.publicKey = publicKey;
    }

    /**
     * How tokens are signed; the usual way for the key unless set.
     *
     * @param algorithm one that fits the key, such as {@code PS256} for RSA
     * @return this builder
     * @throws IllegalArgumentException if there is no such algorithm for WIT-SVIDs
     */
    public Builder algorithm(String algorithm) {
      this.algorithm = ConfirmationKey.named(algorithm);
      return this;
    }

    /**
     * What signs; the providers registered in the JVM unless set.
     *
     * @param provider a JCA provider, such as one of an HSM, which need not be registered
     * @return this builder
     */
    public Builder signatureProvider(Provider provider) {
      this.provider = requireNonNull(provider, "provider");
      return this;
    }

    /**
     * Where token IDs come from.
     *
     * @param random the source of randomness
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /**
     * Whether tokens have a {@code jti}, by which audit logs tell them apart; true unless set.
     *
     * @param tokenIds false for none
     * @return this builder
     */
    public Builder tokenIds(boolean tokenIds) {
      this.tokenIds = tokenIds;
      return this;
    }

    /**
     * Gives tokens an {@code nbf} that is a little before their issue, for recipients whose clock
     * is slow; there is none unless set.
     *
     * @param backdate how long before; from zero to 5 minutes
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder backdate(Duration backdate) {
      if (backdate.isNegative() || backdate.compareTo(MAX_BACKDATE) > 0) {
        throw new IllegalArgumentException(
            "backdate: " + backdate + " (expected: 0 to " + MAX_BACKDATE + ")");
      }
      this.backdate = backdate;
      return this;
    }

    /**
     * Gives tokens an {@code iss}; there is none unless set.
     *
     * @param issuer a URI that is no web address, such as the SPIFFE ID of the server: from a web
     *     address, validators of OpenID Connect could find keys and take the token for one of
     *     theirs
     * @return this builder
     * @throws IllegalArgumentException if it is not a URI with a scheme, or is a web address
     */
    public Builder issuer(String issuer) {
      this.issuer = WitPayload.requireIssuer(issuer);
      return this;
    }

    /**
     * Makes the signer.
     *
     * @return a signer
     * @throws IllegalArgumentException if the key ID is empty or too long, the key is of another
     *     kind or size, the algorithm does not fit it, or its halves do not belong together
     */
    public WitSvidSigner build() {
      return new WitSvidSigner(
          AuthorityKey.of(WitHeader.TYPE, keyId, privateKey, publicKey, algorithm, provider),
          new WitPayload(tokenIds ? random : null, backdate, issuer));
    }
  }
}
