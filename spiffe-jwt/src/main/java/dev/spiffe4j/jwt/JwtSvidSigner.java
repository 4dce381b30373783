package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.jwt.jose.AuthorityKey;
import dev.spiffe4j.jwt.jose.TokenPayload;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Signs JWT-SVIDs with one authority's key (JWT-SVID §2, §3). Whether somebody may have one is for
 * the caller to know. Immutable, and thread-safe if the key's provider is; never prints its key.
 */
public final class JwtSvidSigner {
  /** How long an SVID lives if the caller does not say: its bearer cannot be told to stop. */
  public static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

  private static final Logger LOGGER = System.getLogger(JwtSvidSigner.class.getName());
  private static final String TYPE = "JWT";
  private static final Set<String> RESERVED = Set.of("sub", "aud", "iat", "exp");

  private final AuthorityKey key;
  private final AtomicBoolean warned = new AtomicBoolean();

  private JwtSvidSigner(AuthorityKey key) {
    this.key = key;
  }

  /**
   * Makes a signer that uses the providers registered in the JVM.
   *
   * @param keyId the key's ID in the bundle of its trust domain
   * @param privateKey the key; need not be extractable
   * @param publicKey its public half, which decides the algorithm: RS256 for RSA of 2048 to 8192
   *     bits, ES256, ES384 and ES512 for P-256, P-384 and P-521
   * @return the signer
   * @throws IllegalArgumentException if the key ID is empty or too long, the key is of another kind
   *     or size, or the two do not belong together
   */
  public static JwtSvidSigner of(String keyId, PrivateKey privateKey, PublicKey publicKey) {
    return new JwtSvidSigner(AuthorityKey.of(TYPE, keyId, privateKey, publicKey, null, null));
  }

  /**
   * Makes a signer whose signatures come from a provider, such as one of an HSM.
   *
   * @param keyId the key's ID in the bundle of its trust domain
   * @param privateKey the key; need not be extractable
   * @param publicKey its public half, which decides the algorithm as in {@link #of(String,
   *     PrivateKey, PublicKey)}
   * @param provider a JCA provider, which need not be registered
   * @return the signer
   * @throws IllegalArgumentException if the key ID is empty or too long, the key is of another kind
   *     or size, or the two do not belong together
   */
  public static JwtSvidSigner of(
      String keyId, PrivateKey privateKey, PublicKey publicKey, Provider provider) {
    requireNonNull(provider, "provider");
    return new JwtSvidSigner(AuthorityKey.of(TYPE, keyId, privateKey, publicKey, null, provider));
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
   * Signs a token for one recipient that lives as long as is usual.
   *
   * @param id whom the token names; a workload
   * @param audience for whom it is: one service, and not all of an environment or trust domain
   * @param issuedAt when it is issued; cut to seconds
   * @return the SVID
   * @throws IllegalArgumentException if an argument is none of that
   * @throws InvalidDocumentException if the key does not sign
   */
  public JwtSvid sign(SpiffeId id, String audience, Instant issuedAt) {
    return sign(id, List.of(audience), issuedAt, issuedAt.plus(DEFAULT_LIFETIME));
  }

  /**
   * Signs a token without further claims.
   *
   * @param id whom the token names; a workload
   * @param audience for whom it is, at least one; each of them can present it to the others
   * @param issuedAt when it is issued; cut to seconds
   * @param expiresAt the end of its validity; cut to seconds
   * @return the SVID
   * @throws IllegalArgumentException if an argument is none of that
   * @throws InvalidDocumentException if the key does not sign
   */
  public JwtSvid sign(SpiffeId id, List<String> audience, Instant issuedAt, Instant expiresAt) {
    return sign(id, audience, issuedAt, expiresAt, Map.of());
  }

  /**
   * Signs a token with further claims, such as {@code iss} and {@code jti}.
   *
   * @param id whom the token names; a workload
   * @param audience for whom it is, at least one; each of them can present it to the others
   * @param issuedAt when it is issued; cut to seconds
   * @param expiresAt the end of its validity; cut to seconds
   * @param claims further claims, none of {@code sub}, {@code aud}, {@code iat} and {@code exp};
   *     their names should be registered or in a name space of your own, such as {@code
   *     example.org/team}, and the first that is not is warned of in the log; values are {@link
   *     String}, {@link Boolean}, {@link Integer}, {@link Long}, {@link Double}, {@link List} and
   *     {@link Map}
   * @return the SVID
   * @throws IllegalArgumentException if an argument is none of that, or the token would be too long
   * @throws InvalidDocumentException if the key does not sign
   */
  public JwtSvid sign(
      SpiffeId id,
      List<String> audience,
      Instant issuedAt,
      Instant expiresAt,
      Map<String, Object> claims) {
    warnOfNames(claims.keySet());
    return issued(key.sign(payload(id, audience, issuedAt, expiresAt, claims)));
  }

  /** §3. Once, as the claims of all tokens of one deployment are alike. */
  private void warnOfNames(Set<String> names) {
    for (String name : names) {
      if (!RESERVED.contains(name)
          && !ClaimNames.isCollisionResistant(name)
          && warned.compareAndSet(false, true)) {
        LOGGER.log(
            Level.WARNING,
            "claim {0} of JWT-SVIDs is not registered, and has no name space: others may mean"
                + " something else by it",
            name);
      }
    }
  }

  private static Map<String, Object> payload(
      SpiffeId id,
      List<String> audience,
      Instant issuedAt,
      Instant expiresAt,
      Map<String, Object> claims) {
    if (audience.isEmpty() || audience.size() > JwtClaims.MAX_AUDIENCES) {
      throw new IllegalArgumentException(
          "audience: " + audience.size() + " (expected: 1 to " + JwtClaims.MAX_AUDIENCES + ")");
    }
    if (audience.contains("")) {
      throw new IllegalArgumentException("audience: empty");
    }
    Map<String, Object> payload = TokenPayload.of(id, issuedAt, expiresAt);
    // §3.2: always an array, so that readers see one type.
    payload.put("aud", List.copyOf(audience));
    TokenPayload.addFurther(payload, claims, RESERVED);
    return payload;
  }

  /** Nothing leaves that our own reader would refuse. */
  private static JwtSvid issued(String token) {
    try {
      return JwtSvid.parse(token);
    } catch (InvalidDocumentException e) {
      // What the checks above do not see, such as an nbf that is a text.
      throw new IllegalArgumentException("claims: " + e.getMessage(), e);
    }
  }

  /** Returns the key ID and the algorithm, and nothing of the key. */
  @Override
  public String toString() {
    return "JwtSvidSigner[" + key + "]";
  }
}
