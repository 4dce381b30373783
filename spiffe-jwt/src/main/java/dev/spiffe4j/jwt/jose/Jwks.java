package dev.spiffe4j.jwt.jose;

import com.nimbusds.jose.crypto.utils.ECChecks;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SvidVerificationException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Single keys as JWK (RFC 7517, RFC 7518 §6). Only the members of the public key are given to the
 * library, so that nothing else in an entry can change how it is read.
 */
public final class Jwks {
  /** Members of private keys (RFC 7518 §6.2.2, §6.3.2, §6.4). */
  private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  private static final Map<String, Curve> CURVES =
      Map.of("P-256", Curve.P_256, "P-384", Curve.P_384, "P-521", Curve.P_521);

  private static final byte[] ED25519_HEADER = HexFormat.of().parseHex("302a300506032b6570032100");

  private Jwks() {}

  /** Reads a public key that can verify JWT-SVIDs. */
  public static PublicKey read(Map<?, ?> jwk) {
    requirePublic(jwk);
    PublicKey key;
    try {
      key = readKey(jwk);
    } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException e) {
      throw new InvalidDocumentException(Reason.MALFORMED, "not a key", e);
    }
    requireUsable(key);
    requireAlgorithm(jwk, key);
    return key;
  }

  static void requirePublic(Map<?, ?> jwk) {
    for (String name : PRIVATE) {
      // Whoever published it gave the authority away.
      if (jwk.containsKey(name)) {
        throw new InvalidDocumentException(Reason.BAD_PROFILE, "a private or symmetric key");
      }
    }
  }

  private static PublicKey readKey(Map<?, ?> jwk) throws GeneralSecurityException {
    if ("RSA".equals(jwk.get("kty"))) {
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(number(bytes(jwk, "n")), number(bytes(jwk, "e"))));
    }
    Curve curve = "EC".equals(jwk.get("kty")) ? CURVES.get(String.valueOf(jwk.get("crv"))) : null;
    if (curve == null) {
      throw unsupported();
    }
    ECParameterSpec parameters = curve.toECParameterSpec();
    BigInteger x = coordinate(jwk, "x", parameters);
    BigInteger y = coordinate(jwk, "y", parameters);
    // A factory does not look: a point beside the curve would leak and forge.
    if (!ECChecks.isPointOnCurve(x, y, parameters)) {
      throw new InvalidDocumentException(Reason.MALFORMED, "a point that is not on its curve");
    }
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), parameters));
  }

  private static BigInteger number(byte[] magnitude) {
    return new BigInteger(1, magnitude);
  }

  /** RFC 7518 §6.2.1.2: a coordinate has all the bytes of the field. */
  private static BigInteger coordinate(Map<?, ?> jwk, String name, ECParameterSpec curve) {
    byte[] bytes = bytes(jwk, name);
    int expected = (curve.getCurve().getField().getFieldSize() + 7) / 8;
    if (bytes.length != expected) {
      throw new InvalidDocumentException(
          Reason.MALFORMED, name + " of " + bytes.length + " bytes (expected: " + expected + ")");
    }
    return number(bytes);
  }

  private static byte[] bytes(Map<?, ?> jwk, String name) {
    if (jwk.get(name) instanceof String text) {
      return Base64Url.decode(text);
    }
    throw new InvalidDocumentException(Reason.MALFORMED, "without " + name);
  }

  /** RFC 7517 §4.3, §4.4: an entry may say what it is for. */
  private static void requireAlgorithm(Map<?, ?> jwk, PublicKey key) {
    if (jwk.containsKey("key_ops")
        && !(jwk.get("key_ops") instanceof List<?> operations && operations.contains("verify"))) {
      throw new InvalidDocumentException(Reason.BAD_PROFILE, "not for verifying");
    }
    if (!jwk.containsKey("alg")) {
      return;
    }
    try {
      JwtAlgorithm.named(String.valueOf(jwk.get("alg")))
          .orElseThrow(() -> new InvalidDocumentException(Reason.BAD_PROFILE, "of another alg"))
          .requireKey(key);
    } catch (SvidVerificationException e) {
      throw new InvalidDocumentException(Reason.BAD_PROFILE, "of another alg", e);
    }
  }

  private static void requireUsable(PublicKey key) {
    try {
      JwtAlgorithm.forKey(key);
    } catch (SvidVerificationException e) {
      throw new InvalidDocumentException(Reason.UNSUPPORTED_KEY, String.valueOf(e.getMessage()), e);
    }
  }

  /** Writes a public key: its ID, its type and its own members, and no others. */
  public static Map<String, String> write(String keyId, PublicKey key) {
    Map<String, String> jwk = new LinkedHashMap<>();
    jwk.put("kid", keyId);
    jwk.putAll(members(key));
    return jwk;
  }

  /** The type and the members of a public key: equal for equal keys, whoever made them. */
  public static Map<String, String> members(PublicKey key) {
    requireUsable(key);
    return anyMembers(key);
  }

  /** The same of any public key that has such members, also of one too weak for tokens. */
  static Map<String, String> anyMembers(PublicKey key) {
    try {
      return readMembers(key);
    } catch (IllegalArgumentException | IllegalStateException e) {
      // A certificate may hold a point that is not on its curve.
      throw new InvalidDocumentException(Reason.MALFORMED, "not a key", e);
    }
  }

  private static Map<String, String> readMembers(PublicKey key) {
    Map<String, String> jwk = new LinkedHashMap<>();
    if (key instanceof RSAPublicKey rsa) {
      RSAKey members = new RSAKey.Builder(rsa).build();
      jwk.put("kty", "RSA");
      jwk.put("n", members.getModulus().toString());
      jwk.put("e", members.getPublicExponent().toString());
    } else if (key instanceof ECPublicKey ec) {
      ECKey members = new ECKey.Builder(curve(ec), ec).build();
      jwk.put("kty", "EC");
      jwk.put("crv", members.getCurve().getName());
      jwk.put("x", members.getX().toString());
      jwk.put("y", members.getY().toString());
    } else {
      jwk.put("kty", "OKP");
      jwk.put("crv", "Ed25519");
      jwk.put("x", Base64Url.encode(ed25519(key)));
    }
    return jwk;
  }

  /** RFC 8410 §4: the encoding is a header of fixed length and the key itself. */
  private static byte[] ed25519(PublicKey key) {
    byte[] encoded = key.getEncoded();
    int header = ED25519_HEADER.length;
    if (encoded == null
        || encoded.length != header + 32
        || !Arrays.equals(encoded, 0, header, ED25519_HEADER, 0, header)) {
      throw unsupported();
    }
    return Arrays.copyOfRange(encoded, header, encoded.length);
  }

  private static Curve curve(ECPublicKey key) {
    return JwtKeys.curve(key).orElseThrow(Jwks::unsupported);
  }

  private static InvalidDocumentException unsupported() {
    return new InvalidDocumentException(Reason.UNSUPPORTED_KEY, "of another type or curve");
  }
}
