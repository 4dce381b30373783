package dev.spiffe4j.jwt.wit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.Jwks;
import dev.spiffe4j.jwt.jose.JwtAlgorithm;
import dev.spiffe4j.jwt.jose.Refusals;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Incubating: the public key that a WIT-SVID is bound to, and the one algorithm that its proofs are
 * signed with (WIT-SVID §3.2). Immutable and thread-safe.
 */
public final class ConfirmationKey {
  /** Other ways to confirm (RFC 7800 §3, RFC 8705 §3.1, RFC 9449 §6.1). */
  private static final List<String> OTHER_METHODS = List.of("jwe", "jku", "kid", "jkt", "x5t#S256");

  private final PublicKey publicKey;
  private final JwtAlgorithm algorithm;
  private final Map<String, String> jwk;

  private ConfirmationKey(PublicKey publicKey, JwtAlgorithm algorithm) {
    // The algorithm is bound to the key here once, for everything that follows.
    algorithm.requireKey(publicKey);
    this.publicKey = publicKey;
    this.algorithm = algorithm;
    this.jwk = new LinkedHashMap<>(Jwks.members(publicKey));
    jwk.put("alg", algorithm.name());
  }

  /**
   * A key with the usual algorithm of its kind.
   *
   * @param publicKey RSA of 2048 to 8192 bits (RS256), or EC on P-256, P-384 or P-521 (ES256,
   *     ES384, ES512)
   * @return the key
   * @throws IllegalArgumentException if it is of another kind or size
   */
  public static ConfirmationKey of(PublicKey publicKey) {
    requireNonNull(publicKey, "publicKey");
    try {
      return new ConfirmationKey(publicKey, JwtAlgorithm.forKey(publicKey));
    } catch (SvidVerificationException | InvalidDocumentException e) {
      throw new IllegalArgumentException("public key: " + e.getMessage(), e);
    }
  }

  /**
   * A key with an algorithm of choice.
   *
   * @param publicKey RSA of 2048 to 8192 bits, or EC on P-256, P-384 or P-521
   * @param algorithm one that fits, of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and
   *     ES512
   * @return the key
   * @throws IllegalArgumentException if the key is of another kind or size, or the algorithm is not
   *     one of the nine or does not fit the key
   */
  public static ConfirmationKey of(PublicKey publicKey, String algorithm) {
    requireNonNull(publicKey, "publicKey");
    try {
      return new ConfirmationKey(publicKey, named(algorithm));
    } catch (SvidVerificationException | InvalidDocumentException e) {
      throw new IllegalArgumentException("public key: " + e.getMessage(), e);
    }
  }

  /** One of the nine, throwing {@link IllegalArgumentException} for another name. */
  static JwtAlgorithm named(String algorithm) {
    return JwtAlgorithm.named(requireNonNull(algorithm, "algorithm"))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "algorithm (expected: one of " + List.of(JwtAlgorithm.values()) + ")"));
  }

  /** Reads a {@code cnf} claim, throwing {@link SvidVerificationException} for what is not one. */
  static ConfirmationKey read(@Nullable Object claim) {
    if (!(claim instanceof Map<?, ?> cnf)) {
      throw badProfile("cnf is missing or not an object");
    }
    // RFC 7800 §3.1: one key only, or two readers would pick different ones.
    if (OTHER_METHODS.stream().anyMatch(cnf::containsKey)) {
      throw badProfile("cnf confirms by other than a jwk");
    }
    if (!(cnf.get("jwk") instanceof Map<?, ?> jwk)) {
      throw badProfile("cnf has no jwk that is an object");
    }
    if (jwk.containsKey("use") && !"sig".equals(jwk.get("use"))) {
      throw badProfile("the key of cnf is of another use");
    }
    return new ConfirmationKey(publicKey(jwk), algorithm(jwk));
  }

  private static JwtAlgorithm algorithm(Map<?, ?> jwk) {
    if (jwk.get("alg") instanceof String name) {
      var algorithm = JwtAlgorithm.named(name);
      if (algorithm.isPresent()) {
        return algorithm.get();
      }
    }
    throw new SvidVerificationException(
        Reason.UNSUPPORTED_ALGORITHM, "the key of cnf has no alg, or one that SVIDs do not have");
  }

  private static PublicKey publicKey(Map<?, ?> jwk) {
    Map<?, ?> withoutAlgorithm = new LinkedHashMap<>(jwk);
    // It is bound to the key by us, with a reason of its own.
    withoutAlgorithm.remove("alg");
    try {
      return Jwks.read(withoutAlgorithm);
    } catch (InvalidDocumentException e) {
      throw Refusals.asVerification(e);
    }
  }

  /** The value of {@code cnf}. */
  Map<String, Object> toClaim() {
    return Map.of("jwk", jwk);
  }

  /** Whether a key is this one, whoever made it. */
  boolean hasKey(PublicKey other) {
    Map<String, String> members = new LinkedHashMap<>(jwk);
    members.remove("alg");
    return members.equals(Jwks.members(other));
  }

  JwtAlgorithm jwtAlgorithm() {
    return algorithm;
  }

  /**
   * The key.
   *
   * @return the public half of what the workload signs proofs with
   */
  public PublicKey publicKey() {
    return publicKey;
  }

  /**
   * How proofs are signed.
   *
   * @return the {@code alg} of each proof, such as {@code ES256}
   */
  public String algorithm() {
    return algorithm.name();
  }

  /** Equal by numbers and algorithm, whichever provider holds the key. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ConfirmationKey that && jwk.equals(that.jwk);
  }

  @Override
  public int hashCode() {
    return jwk.hashCode();
  }

  /** Returns the kind of key and the algorithm. */
  @Override
  public String toString() {
    return "ConfirmationKey[" + publicKey.getAlgorithm() + ", " + algorithm + "]";
  }

  private static SvidVerificationException badProfile(String message) {
    return new SvidVerificationException(Reason.BAD_PROFILE, message);
  }
}
