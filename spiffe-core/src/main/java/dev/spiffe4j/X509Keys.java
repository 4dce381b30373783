package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.List;
import java.util.stream.Stream;

/**
 * Kinds and sizes of keys in certificates: RSA 2048 to 8192, P-256, P-384, P-521, Ed25519, ML-DSA.
 */
final class X509Keys {
  private static final int MIN_RSA_BITS = 2048;
  // A larger modulus or exponent costs more to check than a peer deserves before it is trusted.
  private static final int MAX_RSA_BITS = 8192;
  private static final int MAX_EXPONENT_BITS = 32;

  private static final List<ECParameterSpec> CURVES =
      Stream.of("secp256r1", "secp384r1", "secp521r1").map(X509Keys::curve).toList();

  private X509Keys() {}

  private static ECParameterSpec curve(String name) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK knows the curve " + name, e);
    }
  }

  static void check(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      checkRsa(rsa);
    } else if (key instanceof ECPublicKey ec) {
      if (!isOnKnownCurve(ec.getParams())) {
        throw refused(Reason.WEAK_KEY, "EC key on another curve than P-256, P-384 or P-521");
      }
    } else if (!(key instanceof EdECPublicKey ed && ed.getParams().getName().equals("Ed25519"))
        && MlDsa.of(key).isEmpty()) {
      throw refused(
          Reason.UNSUPPORTED_ALGORITHM, "key of another kind than RSA, EC, Ed25519 and ML-DSA");
    }
  }

  private static void checkRsa(RSAPublicKey key) {
    int bits = key.getModulus().bitLength();
    if (bits < MIN_RSA_BITS) {
      throw refused(Reason.WEAK_KEY, "RSA key of " + bits + " bits (expected: >= 2048)");
    }
    if (bits > MAX_RSA_BITS) {
      throw refused(Reason.TOO_LARGE, "RSA key of " + bits + " bits (expected: <= 8192)");
    }
    BigInteger exponent = key.getPublicExponent();
    if (!exponent.testBit(0)
        || exponent.compareTo(BigInteger.ONE) <= 0
        || exponent.bitLength() > MAX_EXPONENT_BITS) {
      throw refused(Reason.WEAK_KEY, "RSA key with an unusual exponent");
    }
  }

  private static boolean isOnKnownCurve(ECParameterSpec parameters) {
    for (ECParameterSpec curve : CURVES) {
      if (isOn(curve, parameters)) {
        return true;
      }
    }
    return false;
  }

  /** Compared by all parameters: the size of the field does not tell curves apart. */
  private static boolean isOn(ECParameterSpec curve, ECParameterSpec parameters) {
    return curve.getCurve().equals(parameters.getCurve())
        && curve.getGenerator().equals(parameters.getGenerator())
        && curve.getOrder().equals(parameters.getOrder());
  }

  private static SvidVerificationException refused(Reason reason, String message) {
    return new SvidVerificationException(reason, message);
  }
}
