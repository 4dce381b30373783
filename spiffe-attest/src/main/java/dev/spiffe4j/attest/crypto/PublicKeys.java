package dev.spiffe4j.attest.crypto;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

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

  private static final Set<ASN1ObjectIdentifier> CURVES =
      Set.of(
          SECObjectIdentifiers.secp256r1,
          SECObjectIdentifiers.secp384r1,
          SECObjectIdentifiers.secp521r1);

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
    SubjectPublicKeyInfo info;
    try {
      info = SubjectPublicKeyInfo.getInstance(ASN1Primitive.fromByteArray(der));
    } catch (IOException | RuntimeException e) {
      // Bouncy Castle lets all kinds of exceptions escape over bytes that a peer chose.
      throw malformed(e);
    }
    return parse(info);
  }

  /** Reads a key in the JDK's form, which compares equal to the same key in a certificate. */
  static PublicKey parse(SubjectPublicKeyInfo info) {
    String algorithm = algorithm(info.getAlgorithm());
    byte[] der = encoded(info);
    if (der.length > MAX_BYTES) {
      throw new InvalidDocumentException(Reason.TOO_LARGE, "public key is too large");
    }
    PublicKey key;
    try {
      key = KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw malformed(e);
    }
    requireStrong(key);
    return key;
  }

  private static byte[] encoded(SubjectPublicKeyInfo info) {
    try {
      return info.getEncoded();
    } catch (IOException e) {
      throw new AssertionError("what was parsed has an encoding", e);
    }
  }

  private static String algorithm(AlgorithmIdentifier identifier) {
    ASN1ObjectIdentifier oid = identifier.getAlgorithm();
    if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      // Only names of curves: explicit parameters let the sender choose the arithmetic.
      requireNamedCurve(identifier.getParameters());
      return "EC";
    }
    if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return "RSA";
    }
    if (oid.equals(EdECObjectIdentifiers.id_Ed25519)) {
      return "Ed25519";
    }
    throw unsupported("key of algorithm " + oid);
  }

  private static void requireNamedCurve(@Nullable ASN1Encodable parameters) {
    if (!(parameters instanceof ASN1ObjectIdentifier curve) || !CURVES.contains(curve)) {
      throw unsupported("EC key on another curve than P-256, P-384 or P-521");
    }
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

  private static InvalidDocumentException malformed(Exception cause) {
    return new InvalidDocumentException(Reason.MALFORMED, "not a public key", cause);
  }

  private static InvalidDocumentException unsupported(String message) {
    return new InvalidDocumentException(Reason.UNSUPPORTED_KEY, message);
  }
}
