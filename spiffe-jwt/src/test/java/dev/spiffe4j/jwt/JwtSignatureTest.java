package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestTokens.HEADER;
import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.P521;
import static dev.spiffe4j.jwt.TestTokens.PAYLOAD;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static dev.spiffe4j.jwt.TestTokens.WEAK_RSA;
import static dev.spiffe4j.jwt.TestTokens.encode;
import static dev.spiffe4j.jwt.TestTokens.good;
import static dev.spiffe4j.jwt.TestTokens.refusal;
import static dev.spiffe4j.jwt.TestTokens.token;
import static dev.spiffe4j.jwt.TestTokens.verify;
import static dev.spiffe4j.jwt.TestTokens.withSignature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.JwtBundleSource;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TrustDomain;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PSSParameterSpec;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("JWT-SVID §2.1, §6.2: keys and signatures")
final class JwtSignatureTest {
  @BeforeEach
  void acceptsTheGoodToken() {
    verify(good());
  }

  private static String header(String algorithm, String keyId) {
    return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\"}";
  }

  private static KeyPair key(String keyId) {
    return switch (keyId) {
      case "rsa" -> RSA;
      case "weak" -> WEAK_RSA;
      case "p256" -> P256;
      case "p384" -> P384;
      case "p521" -> P521;
      default -> throw new AssertionError(keyId);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "RS256,rsa",
    "RS384,rsa",
    "RS512,rsa",
    "PS256,rsa",
    "PS384,rsa",
    "PS512,rsa",
    "ES256,p256",
    "ES384,p384",
    "ES512,p521"
  })
  @DisplayName("JWT-04 each of the nine algorithms verifies, and does not once tampered with")
  void verifiesEachAlgorithm(String algorithm, String keyId) {
    String token = token(header(algorithm, keyId), PAYLOAD, key(keyId).getPrivate(), algorithm);
    verify(token);
    assertThat(refusal(withSignature(token, flipped(signature(token)))))
        .isEqualTo(Reason.BAD_SIGNATURE);
  }

  @ParameterizedTest
  @CsvSource({
    "ES256,p384",
    "ES256,p521",
    "ES384,p256",
    "ES512,p384",
    "ES256,rsa",
    "RS256,p256",
    "PS256,p256",
    "ES512,rsa"
  })
  @DisplayName("JWT-06 an algorithm that does not fit the key is refused")
  void refusesOtherKeys(String algorithm, String keyId) {
    String token = token(header(algorithm, keyId), PAYLOAD);
    assertThat(refusal(token)).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("JWT-06 an RSA key of less than 2048 bits is refused")
  void refusesWeakKeys() {
    String token = token(header("RS256", "weak"), PAYLOAD, WEAK_RSA.getPrivate(), "RS256");
    assertThat(refusal(token)).isEqualTo(Reason.WEAK_KEY);
  }

  @Test
  @DisplayName("JWT-07 an ECDSA signature in DER is refused")
  void refusesDer() throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(P256.getPrivate());
    signer.update(input(good()));
    assertThat(refusal(withSignature(good(), signer.sign()))).isEqualTo(Reason.BAD_SIGNATURE);
  }

  @ParameterizedTest
  @CsvSource({"ES256,p256,64", "ES384,p384,96", "ES512,p521,132"})
  @DisplayName("JWT-07 zeros, numbers not below the order, and other lengths are refused")
  void refusesNumbersOutOfRange(String algorithm, String keyId, int length) {
    String token = token(header(algorithm, keyId), PAYLOAD, key(keyId).getPrivate(), algorithm);
    byte[] signature = signature(token);
    assertThat(signature).hasSize(length);
    verify(token);

    byte[] order = order(keyId, length / 2);
    byte[] zero = new byte[length / 2];
    byte[] r = Arrays.copyOf(signature, length / 2);
    byte[] s = Arrays.copyOfRange(signature, length / 2, length);
    for (byte[] bad :
        new byte[][] {
          join(zero, zero),
          join(zero, s),
          join(r, zero),
          join(order, s),
          join(r, order),
          join(order, order),
          new byte[0],
          Arrays.copyOf(signature, length - 1),
          Arrays.copyOf(signature, length + 1),
          join(new byte[] {0}, signature),
          join(join(new byte[] {0}, r), join(new byte[] {0}, s)),
        }) {
      assertThat(refusal(withSignature(token, bad)))
          .as("%d bytes", bad.length)
          .isEqualTo(Reason.BAD_SIGNATURE);
    }
  }

  private static byte[] order(String keyId, int length) {
    BigInteger order = ((ECPublicKey) key(keyId).getPublic()).getParams().getOrder();
    byte[] bytes = order.toByteArray();
    byte[] padded = new byte[length];
    int size = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - size, padded, length - size, size);
    return padded;
  }

  @Test
  @DisplayName("JWT-07 PSS with another salt length or mask hash is refused")
  void refusesOtherPssParameters() throws GeneralSecurityException {
    String token = token(header("PS256", "rsa"), PAYLOAD, RSA.getPrivate(), "PS256");
    assertThat(refusal(withSignature(token, pss(token, TestTokens.pss("SHA-256", "SHA-256", 20)))))
        .isEqualTo(Reason.BAD_SIGNATURE);
    assertThat(refusal(withSignature(token, pss(token, TestTokens.pss("SHA-256", "SHA-256", 0)))))
        .isEqualTo(Reason.BAD_SIGNATURE);
    assertThat(refusal(withSignature(token, pss(token, TestTokens.pss("SHA-256", "SHA-1", 32)))))
        .isEqualTo(Reason.BAD_SIGNATURE);
    verify(withSignature(token, pss(token, TestTokens.pss("SHA-256", "SHA-256", 32))));
  }

  private static byte[] pss(String token, PSSParameterSpec parameters)
      throws GeneralSecurityException {
    Signature signer = Signature.getInstance("RSASSA-PSS");
    signer.setParameter(parameters);
    signer.initSign(RSA.getPrivate());
    signer.update(input(token));
    return signer.sign();
  }

  @Test
  @DisplayName("JWT-07 RSA signatures are as long as the modulus, and of the algorithm named")
  void refusesOtherRsaSignatures() {
    String token = token(header("RS256", "rsa"), PAYLOAD, RSA.getPrivate(), "RS256");
    byte[] signature = signature(token);
    verify(token);
    for (byte[] bad :
        new byte[][] {
          new byte[0],
          new byte[256],
          Arrays.copyOf(signature, 255),
          join(new byte[] {0}, signature),
          TestTokens.sign(
              new String(input(token), StandardCharsets.US_ASCII), RSA.getPrivate(), "RS512"),
          TestTokens.sign(
              new String(input(token), StandardCharsets.US_ASCII), RSA.getPrivate(), "PS256"),
        }) {
      assertThat(refusal(withSignature(token, bad))).isEqualTo(Reason.BAD_SIGNATURE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("JWT-26 a change of any part is refused")
  void refusesChangedParts(int part) {
    String[] parts = good().split("\\.", -1);
    String[] changed = {
      encode("{\"alg\":\"ES256\",\"kid\":\"p256\",\"typ\":\"JOSE\"}"),
      encode(TestTokens.payload("\"spiffe://example.org/db\"", "\"reports\"", "4000000000", "")),
      encode(flipped(signature(good())))
    };
    parts[part] = changed[part];
    assertThat(refusal(String.join(".", parts))).isEqualTo(Reason.BAD_SIGNATURE);
  }

  @Test
  @DisplayName("JWT-26 an empty signature is refused")
  void refusesNoSignature() {
    assertThat(refusal(withSignature(good(), new byte[0]))).isEqualTo(Reason.BAD_SIGNATURE);
  }

  @Test
  @DisplayName("JWT-38 the signature comes before audience and time, so that those are facts")
  void checksTheSignatureFirst() {
    String payload = TestTokens.payload("\"spiffe://example.org/web\"", "\"x\"", "1", "");
    String forged = token(HEADER, payload, TestTokens.ec("secp256r1").getPrivate(), "ES256");
    assertThat(refusal(forged)).isEqualTo(Reason.BAD_SIGNATURE);
    assertThat(refusal(token(HEADER, payload))).isEqualTo(Reason.WRONG_AUDIENCE);
  }

  @Test
  @DisplayName("JWT-38 a kid that the bundle does not have is refused")
  void refusesUnknownKeys() {
    assertThat(refusal(token(header("ES256", "other"), PAYLOAD))).isEqualTo(Reason.UNKNOWN_KEY);
    assertThat(refusal(token(header("ES256", "P256"), PAYLOAD))).isEqualTo(Reason.UNKNOWN_KEY);
  }

  @Test
  @DisplayName("JWT-37, BND-20 an empty bundle trusts nothing")
  void emptyBundlesTrustNothing() {
    JwtBundle empty = JwtBundle.of(TRUST_DOMAIN, Map.of());
    assertThat(refusalWith(id -> Optional.of(empty), good())).isEqualTo(Reason.UNKNOWN_KEY);
  }

  @Test
  @DisplayName("JWT-38, WAPI-46 without a bundle of its trust domain a token is refused")
  void refusesUnknownTrustDomains() {
    assertThat(refusalWith(id -> Optional.empty(), good())).isEqualTo(Reason.NO_BUNDLE);
  }

  @Test
  @DisplayName("JWT-38, ID-31 another trust domain's key of the same kid is not used")
  void refusesKeysOfOtherTrustDomains() {
    TrustDomain otherDomain = TrustDomain.parse("other.org");
    JwtBundle own = JwtBundle.of(TRUST_DOMAIN, Map.of("k", P256.getPublic()));
    KeyPair otherKey = TestTokens.ec("secp256r1");
    JwtBundle other = JwtBundle.of(otherDomain, Map.of("k", otherKey.getPublic()));
    Map<TrustDomain, JwtBundle> all = Map.of(TRUST_DOMAIN, own, otherDomain, other);
    JwtBundleSource source = id -> Optional.ofNullable(all.get(id));

    String genuine = token(header("ES256", "k"), PAYLOAD);
    String foreign = token(header("ES256", "k"), PAYLOAD, otherKey.getPrivate(), "ES256");
    verifierWith(source).verify(genuine);
    assertThat(refusalWith(source, foreign)).isEqualTo(Reason.BAD_SIGNATURE);
  }

  @Test
  @DisplayName("JWT-38 a source that answers with another trust domain's bundle has none")
  void refusesBundlesOfOtherTrustDomains() {
    JwtBundle other =
        JwtBundle.of(TrustDomain.parse("other.org"), Map.of("p256", P256.getPublic()));
    assertThat(refusalWith(id -> Optional.of(other), good())).isEqualTo(Reason.NO_BUNDLE);
  }

  @Test
  void saysWhomTheTokenClaimed() {
    SvidVerificationException refusal =
        catchThrowableOfType(
            SvidVerificationException.class, () -> verify(withSignature(good(), new byte[64])));
    assertThat(refusal.spiffeId().map(Object::toString)).contains("spiffe://example.org/web");
    assertThat(refusal).hasMessageNotContaining(good().substring(good().lastIndexOf('.')));
  }

  private static JwtSvidVerifier verifierWith(JwtBundleSource source) {
    return JwtSvidVerifier.builder(source, "reports").clock(InstantSource.fixed(NOW)).build();
  }

  private static Reason refusalWith(JwtBundleSource source, String token) {
    return catchThrowableOfType(
            SvidVerificationException.class, () -> verifierWith(source).verify(token))
        .reason();
  }

  private static byte[] input(String token) {
    return token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] signature(String token) {
    return Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
  }

  private static byte[] flipped(byte[] bytes) {
    byte[] copy = bytes.clone();
    copy[copy.length - 1] ^= 1;
    return copy;
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
