package dev.spiffe4j.jwt.jose;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/** The closed list of JWT-SVID §2.1. A name that is not here has no meaning at all. */
public enum JwtAlgorithm {
  RS256("", "SHA256withRSA"),
  RS384("", "SHA384withRSA"),
  RS512("", "SHA512withRSA"),
  ES256("P-256", "SHA256withECDSA"),
  ES384("P-384", "SHA384withECDSA"),
  ES512("P-521", "SHA512withECDSA"),
  PS256("", "RSASSA-PSS"),
  PS384("", "RSASSA-PSS"),
  PS512("", "RSASSA-PSS");

  /** The curve of its keys; empty for RSA. */
  private final String curve;

  /** What the JCA calls it. */
  private final String jca;

  JwtAlgorithm(String curve, String jca) {
    this.curve = curve;
    this.jca = jca;
  }

  /** Finds an algorithm by its exact name. */
  public static Optional<JwtAlgorithm> named(String name) {
    for (JwtAlgorithm algorithm : values()) {
      if (algorithm.name().equals(name)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** The algorithm to sign with: RS256, or the one of the key's curve. */
  public static JwtAlgorithm forKey(PublicKey key) {
    for (JwtAlgorithm algorithm : values()) {
      if (algorithm.fits(key)) {
        JwtKeys.requireStrong(key);
        return algorithm;
      }
    }
    throw new SvidVerificationException(
        Reason.UNSUPPORTED_ALGORITHM,
        "key of algorithm "
            + key.getAlgorithm()
            + " (expected: RSA, or EC on P-256, P-384, P-521)");
  }

  String jca() {
    return jca;
  }

  boolean isPss() {
    return jca.equals("RSASSA-PSS");
  }

  JWSAlgorithm jws() {
    return JWSAlgorithm.parse(name());
  }

  /**
   * Binds the algorithm to a key (RFC 7518 §3.3-3.5): without this, the sender would choose how our
   * key is used.
   */
  public void requireKey(PublicKey key) {
    if (!fits(key)) {
      throw new SvidVerificationException(
          Reason.UNSUPPORTED_ALGORITHM, "algorithm " + name() + " does not fit the key");
    }
    JwtKeys.requireStrong(key);
  }

  private boolean fits(PublicKey key) {
    return curve.isEmpty()
        ? key instanceof RSAPublicKey
        : key instanceof ECPublicKey ec
            && JwtKeys.curve(ec).map(Curve::getName).filter(curve::equals).isPresent();
  }
}
