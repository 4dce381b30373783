package dev.spiffe4j.jwt.jose;

import com.nimbusds.jose.jwk.Curve;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/** Kinds and sizes of the keys that JWT-SVIDs are signed with (RFC 7518 §3.3-3.5). */
final class JwtKeys {
  private static final int MIN_RSA_BITS = 2048;
  // A larger modulus makes each verification cost too much.
  private static final int MAX_RSA_BITS = 8192;
  private static final int MAX_EXPONENT_BITS = 32;

  private JwtKeys() {}

  /** The curve of a key, if it is one of the three allowed. */
  static Optional<Curve> curve(ECPublicKey key) {
    // Compared by all parameters, not by the size of the field: that does not tell curves apart.
    Curve curve = Curve.forECParameterSpec(key.getParams());
    boolean allowed =
        Curve.P_256.equals(curve) || Curve.P_384.equals(curve) || Curve.P_521.equals(curve);
    return allowed ? Optional.of(curve) : Optional.empty();
  }

  static int modulusBytes(RSAPublicKey key) {
    return (key.getModulus().bitLength() + 7) / 8;
  }

  static void requireStrong(PublicKey key) {
    if (!(key instanceof RSAPublicKey rsa)) {
      return;
    }
    int bits = rsa.getModulus().bitLength();
    if (bits < MIN_RSA_BITS) {
      throw new SvidVerificationException(
          Reason.WEAK_KEY, "RSA key of " + bits + " bits (expected: >= " + MIN_RSA_BITS + ")");
    }
    if (bits > MAX_RSA_BITS) {
      throw new SvidVerificationException(
          Reason.TOO_LARGE, "RSA key of " + bits + " bits (expected: <= " + MAX_RSA_BITS + ")");
    }
    BigInteger exponent = rsa.getPublicExponent();
    // An exponent of 1 makes every signature its own forgery.
    if (!exponent.testBit(0)
        || exponent.bitLength() < 2
        || exponent.bitLength() > MAX_EXPONENT_BITS
        || exponent.signum() < 0) {
      throw new SvidVerificationException(Reason.WEAK_KEY, "RSA key with an unusual exponent");
    }
  }
}
