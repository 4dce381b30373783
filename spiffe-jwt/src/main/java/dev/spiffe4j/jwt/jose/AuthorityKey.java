package dev.spiffe4j.jwt.jose;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SvidVerificationException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The key of an authority with its ID, which signs tokens of one type. Immutable, and thread-safe
 * if the key's provider is; never prints its key.
 */
public final class AuthorityKey {
  private final String type;
  private final String keyId;
  private final SigningKey key;

  private AuthorityKey(String type, String keyId, SigningKey key) {
    this.type = type;
    this.keyId = keyId;
    this.key = key;
  }

  /**
   * Makes a key whose tokens our own reader takes.
   *
   * @param type the {@code typ} of the tokens
   * @param algorithm null for the usual one of the key
   * @param provider null for the providers registered in the JVM
   * @throws IllegalArgumentException if the key ID is empty or too long, the key is of another kind
   *     or size, the algorithm does not fit it, or its halves do not belong together
   */
  public static AuthorityKey of(
      String type,
      String keyId,
      PrivateKey privateKey,
      PublicKey publicKey,
      @Nullable JwtAlgorithm algorithm,
      @Nullable Provider provider) {
    requireNonNull(privateKey, "privateKey");
    requireNonNull(publicKey, "publicKey");
    if (requireNonNull(keyId, "keyId").isEmpty()) {
      throw new IllegalArgumentException("key ID: empty");
    }
    SigningKey signingKey =
        SigningKey.of(checked(algorithm, publicKey), privateKey, publicKey, provider);
    AuthorityKey key = new AuthorityKey(type, keyId, signingKey);
    String header = Base64Url.encode(JsonWriter.write(key.header()));
    if (header.length() > CompactJws.MAX_HEADER_LENGTH) {
      throw new IllegalArgumentException("key ID: " + keyId.length() + " characters are too many");
    }
    if (!signingKey.matches()) {
      throw new IllegalArgumentException("the private key does not sign for the public key");
    }
    return key;
  }

  private static JwtAlgorithm checked(@Nullable JwtAlgorithm algorithm, PublicKey publicKey) {
    try {
      JwtAlgorithm usual = JwtAlgorithm.forKey(publicKey);
      if (algorithm == null) {
        return usual;
      }
      algorithm.requireKey(publicKey);
      return algorithm;
    } catch (SvidVerificationException e) {
      throw new IllegalArgumentException("public key: " + e.getMessage(), e);
    }
  }

  public String keyId() {
    return keyId;
  }

  public PublicKey publicKey() {
    return key.publicKey();
  }

  /**
   * Signs a token.
   *
   * @throws IllegalArgumentException if a value has no JSON form, or the token would be too long
   * @throws InvalidDocumentException if the key does not sign
   */
  public String sign(Map<String, ?> payload) {
    return key.sign(header(), payload);
  }

  /** JWT-SVID §2, WIT-SVID §2.4: exactly alg, kid and typ. */
  private Map<String, String> header() {
    Map<String, String> header = new LinkedHashMap<>();
    header.put("alg", key.algorithm().name());
    header.put("kid", keyId);
    header.put("typ", type);
    return header;
  }

  /** Returns the key ID and the algorithm, and nothing of the key. */
  @Override
  public String toString() {
    return keyId + ", " + key.algorithm();
  }
}
