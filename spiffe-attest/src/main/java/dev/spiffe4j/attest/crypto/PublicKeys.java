package dev.spiffe4j.attest.crypto;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.der.DerReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * Reads public keys, and decides which of them the engine handles: RSA of 2048 to 8192 bits, named
 * curves P-256, P-384, P-521, and Ed25519.
 */
public final class PublicKeys {
  /** An RSA key of 8192 bits has about 1100. */
  private static final int MAX_BYTES = 4 * 1024;

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;

  /** A huge exponent makes each check of a signature as dear as a signature. */
  private static final int MAX_EXPONENT_BITS = 31;

  private static final byte[][] CURVES = {
    ObjectIdentifiers.SECP256R1, ObjectIdentifiers.SECP384R1, ObjectIdentifiers.SECP521R1
  };

  private PublicKeys() {}

  /** Parses a SubjectPublicKeyInfo in DER. */
  public static PublicKey parse(byte[] der) {
    if (der.length > MAX_BYTES) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "public key of " + der.length + " bytes");
    }
    if (der.length == 0) {
      throw new InvalidDocumentException(Reason.EMPTY, "no public key");
    }
    DerReader outer = new DerReader(der);
    DerReader info = outer.readContent(DerReader.SEQUENCE);
    outer.requireEnd();
    DerReader identifier = info.readContent(DerReader.SEQUENCE);
    byte[] oid = identifier.readElement(DerReader.OBJECT_IDENTIFIER);
    byte[] unusedKey = info.readBits();
    info.requireEnd();
    PublicKey key = generate(algorithm(oid, identifier), der);
    requireStrong(key);
    return key;
  }

  /** The key itself, without its algorithm: what is hashed to name it (RFC 5280 §4.2.1.2). */
  public static byte[] bits(PublicKey key) {
    DerReader info = new DerReader(key.getEncoded()).readContent(DerReader.SEQUENCE);
    DerReader unusedAlgorithm = info.readContent(DerReader.SEQUENCE);
    return info.readBits();
  }

  /** In the JDK's form, which compares equal to the same key in a certificate. */
  private static PublicKey generate(String algorithm, byte[] der) {
    try {
      return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new InvalidDocumentException(Reason.MALFORMED, "not a public key", e);
    }
  }

  private static String algorithm(byte[] oid, DerReader parameters) {
    if (Arrays.equals(oid, ObjectIdentifiers.EC_PUBLIC_KEY)) {
      requireNamedCurve(parameters);
      return "EC";
    }
    if (Arrays.equals(oid, ObjectIdentifiers.RSA_ENCRYPTION)) {
      return "RSA";
    }
    if (Arrays.equals(oid, ObjectIdentifiers.ED25519)) {
      return "Ed25519";
    }
    throw unsupported("key of another algorithm (expected: EC, RSA or Ed25519)");
  }

  /** Only names of curves: explicit parameters let the sender choose the arithmetic. */
  private static void requireNamedCurve(DerReader parameters) {
    if (!parameters.hasMore() || !ObjectIdentifiers.isOneOf(parameters.readElement(), CURVES)) {
      throw unsupported("EC key on another curve than P-256, P-384 or P-521");
    }
    parameters.requireEnd();
  }

  private static void requireStrong(PublicKey key) {
    if (!(key instanceof RSAPublicKey rsa)) {
      return;
    }
    int bits = rsa.getModulus().bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw unsupported("RSA key of " + bits + " bits (expected: 2048 to 8192)");
    }
    BigInteger exponent = rsa.getPublicExponent();
    if (exponent.bitLength() > MAX_EXPONENT_BITS
        || exponent.compareTo(BigInteger.valueOf(3)) < 0
        || !exponent.testBit(0)) {
      throw unsupported("RSA key with a bad exponent");
    }
  }

  private static InvalidDocumentException unsupported(String message) {
    return new InvalidDocumentException(Reason.UNSUPPORTED_KEY, message);
  }
}
