package dev.spiffe4j.jwt;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;

/** Entries of JWK Sets, written by hand. */
final class TestJwks {
  private TestJwks() {}

  /** The members of a key: those of EC keys by the size of their field. */
  static String members(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      return "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
          .formatted(number(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8), "AQAB");
    }
    if (key instanceof ECPublicKey ec) {
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      return "\"kty\":\"EC\",\"crv\":\"P-%s\",\"x\":\"%s\",\"y\":\"%s\""
          .formatted(
              bits,
              number(ec.getW().getAffineX(), (bits + 7) / 8),
              number(ec.getW().getAffineY(), (bits + 7) / 8));
    }
    byte[] encoded = key.getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"".formatted(TestTokens.encode(raw));
  }

  private static String number(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[length];
    int size = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - size, padded, length - size, size);
    return TestTokens.encode(padded);
  }

  static String x509(X509Certificate certificate) {
    return x509(
        members(certificate.getPublicKey()),
        ",\"x5c\":[\"" + TestAuthorities.base64(certificate) + "\"]");
  }

  static String x509(String members, String more) {
    return "{\"use\":\"x509-svid\"," + members + more + "}";
  }

  static String jwt(String keyId, PublicKey key) {
    return token("jwt-svid", keyId, key);
  }

  static String token(String use, String keyId, PublicKey key) {
    return "{\"use\":\"%s\",\"kid\":\"%s\",%s}".formatted(use, keyId, members(key));
  }

  static String set(String... entries) {
    return document("", entries);
  }

  /** A document with more members after its keys, such as {@code ,"spiffe_sequence":1}. */
  static String document(String more, String... entries) {
    return "{\"keys\":[" + String.join(",", entries) + "]" + more + "}";
  }

  static byte[] utf8(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
