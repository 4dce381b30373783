package dev.spiffe4j.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.JwtBundleSource;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Tokens made by hand with the JDK alone, so that none of the code under test made them. */
public final class TestTokens {
  public static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");
  public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  public static final long NOW_SECONDS = NOW.getEpochSecond();

  public static final KeyPair RSA = rsa(2048);
  public static final KeyPair WEAK_RSA = rsa(1024);
  public static final KeyPair P256 = ec("secp256r1");
  public static final KeyPair P384 = ec("secp384r1");
  public static final KeyPair P521 = ec("secp521r1");

  static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"p256\",\"typ\":\"JWT\"}";
  static final String PAYLOAD = payload("");

  private TestTokens() {}

  /** A bundle of example.org with a key of each kind, and one of other.org with the same IDs. */
  static JwtBundleSource bundles() {
    JwtBundle own =
        JwtBundle.of(
            TRUST_DOMAIN,
            Map.of(
                "rsa", RSA.getPublic(),
                "weak", WEAK_RSA.getPublic(),
                "p256", P256.getPublic(),
                "p384", P384.getPublic(),
                "p521", P521.getPublic()));
    return trustDomain -> trustDomain.equals(TRUST_DOMAIN) ? Optional.of(own) : Optional.empty();
  }

  static JwtSvidVerifier.Builder verifier() {
    return JwtSvidVerifier.builder(bundles(), "reports").clock(InstantSource.fixed(NOW));
  }

  static VerifiedJwtSvid verify(String token) {
    return verifier().build().verify(token);
  }

  static SvidVerificationException.Reason refusal(String token) {
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> verify(token));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  /** Good claims with something appended, such as {@code ,"nbf":1}. */
  static String payload(String more) {
    return payload(
        "\"spiffe://example.org/web\"", "\"reports\"", String.valueOf(NOW_SECONDS + 300), more);
  }

  static String payload(String sub, String aud, String exp, String more) {
    return "{\"sub\":" + sub + ",\"aud\":" + aud + ",\"exp\":" + exp + more + "}";
  }

  static String good() {
    return token(HEADER, PAYLOAD);
  }

  /** A token signed with ES256, whatever the header says. */
  static String token(String header, String payload) {
    return token(header, payload, P256.getPrivate(), "ES256");
  }

  public static String token(String header, String payload, PrivateKey key, String algorithm) {
    String input = encode(header) + "." + encode(payload);
    return input + "." + encode(sign(input, key, algorithm));
  }

  public static String withSignature(String token, byte[] signature) {
    return token.substring(0, token.lastIndexOf('.') + 1) + encode(signature);
  }

  public static byte[] sign(String input, PrivateKey key, String algorithm) {
    try {
      Signature signature = signature(algorithm);
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static boolean verifies(String input, byte[] bytes, PublicKey key, String algorithm) {
    try {
      Signature signature = signature(algorithm);
      signature.initVerify(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return signature.verify(bytes);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Signature signature(String algorithm) throws GeneralSecurityException {
    String hash = "SHA" + algorithm.substring(2);
    if (algorithm.startsWith("PS")) {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      int bits = Integer.parseInt(algorithm.substring(2));
      signature.setParameter(pss("SHA-" + bits, "SHA-" + bits, bits / 8));
      return signature;
    }
    return Signature.getInstance(
        algorithm.startsWith("RS") ? hash + "withRSA" : hash + "withECDSAinP1363Format");
  }

  static PSSParameterSpec pss(String hash, String maskHash, int salt) {
    return new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(maskHash), salt, 1);
  }

  public static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  public static String decode(String part) {
    return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
  }

  public static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static KeyPair ec(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
