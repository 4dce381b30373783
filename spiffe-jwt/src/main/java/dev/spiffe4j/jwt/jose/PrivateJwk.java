package dev.spiffe4j.jwt.jose;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A private key as JWK (RFC 7518 §6.2.2, §6.3.2), the form in which the Workload API hands out the
 * keys of WIT-SVIDs. No exception carries a cause that could quote the key, and the arrays that it
 * goes through here are wiped.
 */
public final class PrivateJwk {
  private static final int MAX_LENGTH = 16 * 1024;
  private static final List<String> PUBLIC = List.of("kty", "crv", "x", "y", "n", "e");

  private final PublicKey publicKey;
  private final PrivateKey privateKey;
  private final @Nullable Object algorithm;

  private PrivateJwk(PublicKey publicKey, PrivateKey privateKey, @Nullable Object algorithm) {
    this.publicKey = publicKey;
    this.privateKey = privateKey;
    this.algorithm = algorithm;
  }

  /** Reads a key; whether its halves fit is not checked. */
  public static PrivateJwk parse(String json) {
    if (json.isEmpty()) {
      throw new InvalidDocumentException(Reason.EMPTY, "no private key");
    }
    if (json.length() > MAX_LENGTH) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "private key of more than " + MAX_LENGTH + " characters");
    }
    Map<String, @Nullable Object> jwk = read(json.getBytes(StandardCharsets.UTF_8));
    if ("oct".equals(jwk.get("kty"))) {
      throw new InvalidDocumentException(Reason.UNSUPPORTED_KEY, "a symmetric key");
    }
    if (!jwk.containsKey("d")) {
      throw new InvalidDocumentException(Reason.BAD_PROFILE, "not a private key");
    }
    PublicKey publicKey = Jwks.read(publicHalf(jwk));
    return new PrivateJwk(publicKey, privateKey(jwk, publicKey), jwk.get("alg"));
  }

  private static Map<String, @Nullable Object> read(byte[] utf8) {
    try {
      return JsonReader.readObject(utf8);
    } finally {
      Arrays.fill(utf8, (byte) 0);
    }
  }

  private static Map<String, @Nullable Object> publicHalf(Map<String, @Nullable Object> jwk) {
    Map<String, @Nullable Object> half = new LinkedHashMap<>(jwk);
    half.keySet().retainAll(PUBLIC);
    return half;
  }

  private static PrivateKey privateKey(Map<String, @Nullable Object> jwk, PublicKey publicKey) {
    KeySpec spec =
        publicKey instanceof ECPublicKey ec
            ? new ECPrivateKeySpec(scalar(jwk, ec), ec.getParams())
            : rsaSpec(jwk, (RSAPublicKey) publicKey);
    try {
      return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(spec);
    } catch (GeneralSecurityException | RuntimeException e) {
      // No cause: a provider's message may quote the key.
      throw new InvalidDocumentException(Reason.MALFORMED, "not a private key");
    }
  }

  private static BigInteger scalar(Map<String, @Nullable Object> jwk, ECPublicKey key) {
    BigInteger scalar = number(jwk, "d");
    if (scalar.compareTo(key.getParams().getOrder()) >= 0) {
      throw new InvalidDocumentException(Reason.MALFORMED, "d is out of range");
    }
    return scalar;
  }

  /** RFC 7518 §6.3.2: the primes may be left out by the standard, but nobody does. */
  private static KeySpec rsaSpec(Map<String, @Nullable Object> jwk, RSAPublicKey key) {
    if (jwk.containsKey("oth")) {
      throw new InvalidDocumentException(Reason.UNSUPPORTED_KEY, "a key of more than two primes");
    }
    return new RSAPrivateCrtKeySpec(
        key.getModulus(),
        key.getPublicExponent(),
        number(jwk, "d"),
        number(jwk, "p"),
        number(jwk, "q"),
        number(jwk, "dp"),
        number(jwk, "dq"),
        number(jwk, "qi"));
  }

  private static BigInteger number(Map<String, @Nullable Object> jwk, String name) {
    if (jwk.get(name) instanceof String text) {
      byte[] bytes = Base64Url.decode(text);
      BigInteger number = new BigInteger(1, bytes);
      Arrays.fill(bytes, (byte) 0);
      if (number.signum() > 0) {
        return number;
      }
    }
    throw new InvalidDocumentException(Reason.MALFORMED, "without " + name);
  }

  /** Writes a key with the algorithm it is for. */
  public static String write(JwtAlgorithm algorithm, PublicKey publicKey, PrivateKey privateKey) {
    Map<String, String> jwk = new LinkedHashMap<>(Jwks.members(publicKey));
    jwk.put("alg", algorithm.name());
    if (privateKey instanceof ECPrivateKey ec && publicKey instanceof ECPublicKey half) {
      writeEc(jwk, ec, half);
    } else if (privateKey instanceof RSAPrivateCrtKey rsa) {
      writeRsa(jwk, rsa);
    } else {
      throw new InvalidDocumentException(
          Reason.UNSUPPORTED_KEY, "the private key cannot be read out");
    }
    byte[] utf8 = JsonWriter.write(jwk);
    String text = new String(utf8, StandardCharsets.UTF_8);
    Arrays.fill(utf8, (byte) 0);
    return text;
  }

  private static void writeEc(Map<String, String> jwk, ECPrivateKey key, ECPublicKey half) {
    int bits = half.getParams().getCurve().getField().getFieldSize();
    jwk.put("d", ECKey.encodeCoordinate(bits, key.getS()).toString());
  }

  private static void writeRsa(Map<String, String> jwk, RSAPrivateCrtKey key) {
    jwk.put("d", Base64URL.encode(key.getPrivateExponent()).toString());
    jwk.put("p", Base64URL.encode(key.getPrimeP()).toString());
    jwk.put("q", Base64URL.encode(key.getPrimeQ()).toString());
    jwk.put("dp", Base64URL.encode(key.getPrimeExponentP()).toString());
    jwk.put("dq", Base64URL.encode(key.getPrimeExponentQ()).toString());
    jwk.put("qi", Base64URL.encode(key.getCrtCoefficient()).toString());
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  public PrivateKey privateKey() {
    return privateKey;
  }

  /** Whether the entry says nothing of an algorithm, or names this one. */
  public boolean isFor(JwtAlgorithm other) {
    return algorithm == null || other.name().equals(algorithm);
  }

  /** Returns nothing of the key. */
  @Override
  public String toString() {
    return "PrivateJwk";
  }
}
