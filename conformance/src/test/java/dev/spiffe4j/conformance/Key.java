package dev.spiffe4j.conformance;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** A key that is made of its name, and signs the same text the same way each time. */
final class Key {
  private static final Map<String, Key> MADE = new ConcurrentHashMap<>();
  private static final Map<String, String> OIDS =
      Map.of(
          "P-256", "1.2.840.10045.3.1.7",
          "P-384", "1.3.132.0.34",
          "P-521", "1.3.132.0.35",
          "secp256k1", "1.3.132.0.10");

  final String type;
  final AsymmetricKeyParameter privateKey;
  final AsymmetricKeyParameter publicKey;

  private Key(String type, AsymmetricKeyParameter privateKey, AsymmetricKeyParameter publicKey) {
    this.type = type;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /** A key of type P-256, P-384, P-521, secp256k1, Ed25519, or RSA with its size. */
  static Key of(String type, String name) {
    return MADE.computeIfAbsent(type + " " + name, seed -> make(type, seed));
  }

  private static Key make(String type, String seed) {
    if (type.startsWith("RSA")) {
      return rsa(Integer.parseInt(type.substring(3)), seed);
    }
    if (type.equals("Ed25519")) {
      Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(bytes(seed, 32));
      return new Key(type, key, key.generatePublicKey());
    }
    ASN1ObjectIdentifier oid = new ASN1ObjectIdentifier(OIDS.get(type));
    X9ECParameters curve = CustomNamedCurves.getByOID(oid);
    ECNamedDomainParameters domain = new ECNamedDomainParameters(oid, curve);
    BigInteger d =
        new BigInteger(1, bytes(seed, 80))
            .mod(curve.getN().subtract(BigInteger.ONE))
            .add(BigInteger.ONE);
    return new Key(
        type,
        new ECPrivateKeyParameters(d, domain),
        new ECPublicKeyParameters(curve.getG().multiply(d).normalize(), domain));
  }

  private static Key rsa(int bits, String seed) {
    BigInteger e = BigInteger.valueOf(65537);
    BigInteger p = prime(seed + " p", bits / 2, e);
    BigInteger q = prime(seed + " q", bits / 2, e);
    BigInteger p1 = p.subtract(BigInteger.ONE);
    BigInteger q1 = q.subtract(BigInteger.ONE);
    BigInteger d = e.modInverse(p1.multiply(q1));
    BigInteger n = p.multiply(q);
    return new Key(
        "RSA",
        new RSAPrivateCrtKeyParameters(n, e, d, p, q, d.mod(p1), d.mod(q1), q.modInverse(p)),
        new RSAKeyParameters(false, n, e));
  }

  private static BigInteger prime(String seed, int bits, BigInteger e) {
    BigInteger start = new BigInteger(1, bytes(seed, bits / 8)).setBit(bits - 1).setBit(bits - 2);
    BigInteger prime = start.nextProbablePrime();
    while (prime.subtract(BigInteger.ONE).mod(e).signum() == 0) {
      prime = prime.nextProbablePrime();
    }
    return prime;
  }

  private static byte[] bytes(String seed, int length) {
    byte[] out = new byte[length];
    for (int i = 0; i * 64 < length; i++) {
      byte[] block = hash("SHA-512", (seed + " " + i).getBytes(StandardCharsets.UTF_8));
      System.arraycopy(block, 0, out, i * 64, Math.min(64, length - i * 64));
    }
    return out;
  }

  static byte[] hash(String name, byte[] input) {
    try {
      return MessageDigest.getInstance(name).digest(input);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  SubjectPublicKeyInfo info() {
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicKey);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  byte[] pkcs8() {
    try {
      return PrivateKeyInfoFactory.createPrivateKeyInfo(privateKey).getEncoded();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Signs as a token does. */
  byte[] sign(String alg, byte[] input) {
    try {
      if (alg.startsWith("E")) {
        BigInteger[] rs = ecdsa(alg, input);
        int half =
            (((ECPrivateKeyParameters) privateKey).getParameters().getCurve().getFieldSize() + 7)
                / 8;
        byte[] raw = Arrays.copyOf(fixed(rs[0], half), 2 * half);
        System.arraycopy(fixed(rs[1], half), 0, raw, half, half);
        return raw;
      }
      if (alg.startsWith("P")) {
        PSSSigner signer =
            new PSSSigner(
                new RSAEngine(), digest(alg), digest(alg), new byte[digest(alg).getDigestSize()]);
        signer.init(true, privateKey);
        signer.update(input, 0, input.length);
        return signer.generateSignature();
      }
      RSADigestSigner signer = new RSADigestSigner(digest(alg));
      signer.init(true, privateKey);
      signer.update(input, 0, input.length);
      return signer.generateSignature();
    } catch (CryptoException e) {
      throw new AssertionError(e);
    }
  }

  /** Signs as a certificate does. */
  byte[] signDer(String alg, byte[] input) {
    if (type.equals("Ed25519")) {
      Ed25519Signer signer = new Ed25519Signer();
      signer.init(true, privateKey);
      signer.update(input, 0, input.length);
      return signer.generateSignature();
    }
    return type.equals("RSA") ? sign(alg, input) : der(ecdsa(alg, input));
  }

  static byte[] der(BigInteger... rs) {
    ASN1EncodableVector numbers = new ASN1EncodableVector();
    for (BigInteger number : rs) {
      numbers.add(new ASN1Integer(number));
    }
    try {
      return new DERSequence(numbers).getEncoded();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  BigInteger[] ecdsa(String alg, byte[] input) {
    Digest digest = digest(alg);
    byte[] hash = new byte[digest.getDigestSize()];
    digest.update(input, 0, input.length);
    digest.doFinal(hash, 0);
    // RFC 6979: no chance, so that the files are the same each time.
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(digest(alg)));
    signer.init(true, privateKey);
    return signer.generateSignature(hash);
  }

  private static Digest digest(String alg) {
    if (alg.endsWith("384")) {
      return new SHA384Digest();
    }
    if (alg.endsWith("512")) {
      return new SHA512Digest();
    }
    return alg.endsWith("SHA1") ? new SHA1Digest() : new SHA256Digest();
  }

  static byte[] fixed(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] out = new byte[length];
    int count = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - count, out, length - count, count);
    return out;
  }

  /** The members of a JWK, without braces. */
  String jwk() {
    if (publicKey instanceof RSAKeyParameters rsa) {
      int length = (rsa.getModulus().bitLength() + 7) / 8;
      return "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\""
          .formatted(base64Url(fixed(rsa.getModulus(), length)));
    }
    if (publicKey instanceof ECPublicKeyParameters ec) {
      int length = (ec.getParameters().getCurve().getFieldSize() + 7) / 8;
      return "\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\""
          .formatted(
              type,
              base64Url(fixed(ec.getQ().getAffineXCoord().toBigInteger(), length)),
              base64Url(fixed(ec.getQ().getAffineYCoord().toBigInteger(), length)));
    }
    return "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\""
        .formatted(base64Url(info().getPublicKeyData().getOctets()));
  }

  static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
