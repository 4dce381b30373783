package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.P521;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static dev.spiffe4j.jwt.TestTokens.WEAK_RSA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.JwtBundle;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("JWT bundles as JWK Sets")
final class JwtBundlesTest {
  private static final ECPublicKey EC = (ECPublicKey) P256.getPublic();
  private static final RSAPublicKey RSA_KEY = (RSAPublicKey) RSA.getPublic();

  /** The members of the key itself. */
  private static String ec(ECPublicKey key, String curve, int length) {
    return "\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\""
        .formatted(
            curve,
            number(key.getW().getAffineX(), length),
            number(key.getW().getAffineY(), length));
  }

  private static String ec() {
    return ec(EC, "P-256", 32);
  }

  private static String rsa(RSAPublicKey key) {
    return rsa(key.getModulus(), key.getPublicExponent());
  }

  private static String rsa(BigInteger modulus, BigInteger exponent) {
    return "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
        .formatted(
            number(modulus, (modulus.bitLength() + 7) / 8),
            number(exponent, (exponent.bitLength() + 7) / 8));
  }

  private static String number(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[length];
    int size = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - size, padded, length - size, size);
    return TestTokens.encode(padded);
  }

  private static String set(String... entries) {
    return "{\"keys\":[" + String.join(",", entries) + "]}";
  }

  private static Map<String, PublicKey> read(String jwks) {
    return JwtBundles.parse(TRUST_DOMAIN, jwks.getBytes(StandardCharsets.UTF_8)).authorities();
  }

  private static Reason refusal(String jwks) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> read(jwks));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("JWT-33, WAPI-40 one entry is one key, of each kind")
  void readsEachKind() {
    String jwks =
        set(
            "{\"kid\":\"a\"," + ec() + "}",
            "{\"kid\":\"b\"," + ec((ECPublicKey) P384.getPublic(), "P-384", 48) + "}",
            "{\"kid\":\"c\"," + ec((ECPublicKey) P521.getPublic(), "P-521", 66) + "}",
            "{\"kid\":\"d\"," + rsa(RSA_KEY) + "}");
    Map<String, PublicKey> keys = read(jwks);
    assertThat(keys.keySet()).containsExactly("a", "b", "c", "d");
    assertThat(keys)
        .containsEntry("a", P256.getPublic())
        .containsEntry("b", P384.getPublic())
        .containsEntry("c", P521.getPublic())
        .containsEntry("d", RSA.getPublic());
  }

  @Test
  void recordsTheTrustDomainBesideTheDocument() {
    byte[] jwks = set("{\"kid\":\"a\"," + ec() + "}").getBytes(StandardCharsets.UTF_8);
    assertThat(JwtBundles.parse(TRUST_DOMAIN, jwks).trustDomain()).isEqualTo(TRUST_DOMAIN);
  }

  @Test
  @DisplayName("JWT-36, WAPI-70, BND-26 use is absent or jwt-svid, else the entry is ignored")
  void ignoresOtherUses() {
    String jwks =
        set(
            "{\"kid\":\"absent\"," + ec() + "}",
            "{\"kid\":\"right\",\"use\":\"jwt-svid\"," + ec() + "}",
            "{\"kid\":\"wit\",\"use\":\"wit-svid\"," + ec() + "}",
            "{\"kid\":\"x509\",\"use\":\"x509-svid\"," + ec() + "}",
            "{\"kid\":\"sig\",\"use\":\"sig\"," + ec() + "}",
            "{\"kid\":\"case\",\"use\":\"JWT-SVID\"," + ec() + "}",
            "{\"kid\":\"empty\",\"use\":\"\"," + ec() + "}",
            "{\"kid\":\"null\",\"use\":null," + ec() + "}",
            "{\"kid\":\"list\",\"use\":[\"jwt-svid\"]," + ec() + "}");
    assertThat(read(jwks).keySet()).containsExactly("absent", "right");
  }

  static List<String> unusable() {
    ECPublicKey other = (ECPublicKey) P384.getPublic();
    BigInteger one = BigInteger.ONE;
    return List.of(
        "5",
        "null",
        "[]",
        "{}",
        "{" + ec() + "}", // JWT-51
        "{\"kid\":\"\"," + ec() + "}",
        "{\"kid\":7," + ec() + "}",
        "{\"kid\":\"x\",\"kty\":\"oct\",\"k\":\"AAAA\"}", // JWT-52
        "{\"kid\":\"x\",\"k\":\"AAAA\"," + ec() + "}",
        "{\"kid\":\"x\",\"d\":\"AAAA\"," + ec() + "}",
        "{\"kid\":\"x\",\"d\":null," + ec() + "}",
        "{\"kid\":\"x\",\"d\":\"AAAA\"," + rsa(RSA_KEY) + "}",
        "{\"kid\":\"x\",\"p\":\"AAAA\"," + rsa(RSA_KEY) + "}",
        "{\"kid\":\"x\",\"kty\":\"XYZ\"}", // BND-18
        // ML-DSA, which is no algorithm of JWT-SVIDs.
        "{\"kid\":\"x\",\"kty\":\"AKP\",\"alg\":\"ML-DSA-65\",\"pub\":\"AAAA\"}",
        "{\"kid\":\"x\",\"alg\":\"ML-DSA-65\"," + ec() + "}",
        "{\"kid\":\"x\",\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
        "{\"kid\":\"x\",\"kty\":\"ec\"," + ec().substring(11) + "}",
        "{\"kid\":\"x\"," + ec().replace("P-256", "P-192") + "}", // BND-43
        "{\"kid\":\"x\"," + ec().replace("P-256", "secp256k1") + "}",
        "{\"kid\":\"x\"," + ec().replace("P-256", "P-384") + "}",
        "{\"kid\":\"x\"," + ec(other, "P-256", 48) + "}",
        // Not on the curve (BND-44), short coordinates, wrong types, other base64.
        "{\"kid\":\"x\"," + ec().replaceAll("\"y\":.*", "\"y\":\"" + number(one, 32) + "\"") + "}",
        "{\"kid\":\"x\"," + ec().replaceAll("\"y\":.*", "\"y\":\"AQ\"") + "}",
        "{\"kid\":\"x\"," + ec().replaceAll("\"y\":.*", "\"y\":5") + "}",
        "{\"kid\":\"x\"," + ec().replaceAll(",\"y\":.*", "") + "}",
        "{\"kid\":\"x\"," + ec().replaceAll("\"y\":\"(.*)\"", "\"y\":\"$1=\"") + "}",
        "{\"kid\":\"x\"," + rsa((RSAPublicKey) WEAK_RSA.getPublic()) + "}",
        "{\"kid\":\"x\"," + rsa(one.shiftLeft(16_383).add(one), BigInteger.valueOf(65_537)) + "}",
        "{\"kid\":\"x\"," + rsa(RSA_KEY.getModulus(), one) + "}",
        "{\"kid\":\"x\"," + rsa(RSA_KEY.getModulus(), BigInteger.valueOf(65_536)) + "}",
        "{\"kid\":\"x\"," + rsa(RSA_KEY.getModulus(), one.shiftLeft(64).add(one)) + "}",
        "{\"kid\":\"x\",\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\"}",
        "{\"kid\":\"x\",\"kty\":\"RSA\",\"e\":\"AQAB\"}",
        "{\"kid\":\"x\",\"alg\":\"ES384\"," + ec() + "}",
        "{\"kid\":\"x\",\"alg\":\"HS256\"," + ec() + "}",
        "{\"kid\":\"x\",\"alg\":\"RSA-OAEP\"," + rsa(RSA_KEY) + "}",
        "{\"kid\":\"x\",\"key_ops\":[\"encrypt\"]," + rsa(RSA_KEY) + "}");
  }

  @ParameterizedTest
  @MethodSource("unusable")
  @DisplayName("JWT-51, JWT-52, BND-18, BND-43, BND-44 an unusable entry is ignored by itself")
  void ignoresUnusableEntries(String entry) {
    String good = "{\"kid\":\"good\"," + ec() + "}";
    assertThat(read(set(good, good.replace("good", "too"))).keySet())
        .containsExactly("good", "too");
    assertThat(read(set(entry, good)).keySet()).containsExactly("good");
    assertThat(read(set(good, entry)).keySet()).containsExactly("good");
  }

  @Test
  @DisplayName("entries may say what they are for, and anything else")
  void acceptsOtherMembers() {
    String jwks =
        "{\"x\":1,\"spiffe_sequence\":7,"
            + set(
                    "{\"kid\":\"a\",\"alg\":\"ES256\",\"key_ops\":[\"verify\"],\"x5c\":[1],"
                        + ec()
                        + "}",
                    "{\"kid\":\"b\",\"alg\":\"PS512\"," + rsa(RSA_KEY) + "}")
                .substring(1);
    assertThat(read(jwks).keySet()).containsExactly("a", "b");
  }

  @Test
  @DisplayName("JWT-50 of a repeated kid, equal keys count once and different keys not at all")
  void refusesAmbiguousKeyIds() {
    String a = "{\"kid\":\"a\"," + ec() + "}";
    String b = "{\"kid\":\"b\"," + ec() + "}";
    String otherA = "{\"kid\":\"a\"," + rsa(RSA_KEY) + "}";
    assertThat(read(set(a, b, a)).keySet()).containsExactly("a", "b");
    assertThat(read(set(a, b, otherA)).keySet()).containsExactly("b");
    assertThat(read(set(otherA, b, a)).keySet()).containsExactly("b");
    assertThat(read(set(a, otherA, a, b)).keySet()).containsExactly("b");
    // An entry that is ignored anyway makes nothing ambiguous.
    String foreign = "{\"kid\":\"a\",\"use\":\"wit-svid\"," + rsa(RSA_KEY) + "}";
    assertThat(read(set(a, foreign)).keySet()).containsExactly("a");
  }

  @Test
  @DisplayName("BND-19, BND-20, JWT-37 no usable entry makes an empty bundle")
  void readsEmptyBundles() {
    assertThat(read("{\"keys\":[]}")).isEmpty();
    assertThat(read(set("{\"kid\":\"x\",\"kty\":\"oct\",\"k\":\"AAAA\"}"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"keys\":null}",
        "{\"keys\":{}}",
        "{\"keys\":\"\"}",
        "{\"Keys\":[]}",
        "[]",
        "x",
        "{\"keys\":[]",
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[],\"\\u006beys\":[]}",
        "{\"keys\":[{\"kid\":\"a\",\"kid\":\"b\"}]}",
        "{\"keys\":[],}",
        "{'keys':[]}"
      })
  @DisplayName("BND-17, BND-45, BND-51 a document that is no JWK Set is refused as a whole")
  void refusesOtherDocuments(String jwks) {
    read(set());
    assertThat(refusal(jwks)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void refusesEmptyAndTrailingData() {
    assertThat(refusal("")).isEqualTo(Reason.EMPTY);
    assertThat(refusal("{\"keys\":[]} x")).isEqualTo(Reason.TRAILING_DATA);
    read("{\"keys\":[]} \n");
  }

  @Test
  @DisplayName("documents are limited before they are read")
  void limitsSizes() {
    assertThat(refusal(" ".repeat(1024 * 1024) + "{\"keys\":[]}")).isEqualTo(Reason.TOO_LARGE);
    String entries = IntStream.range(0, 1001).mapToObj(i -> "5").collect(Collectors.joining(","));
    assertThat(refusal(set(entries))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("{\"keys\":" + "[".repeat(100_000))).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("JWT-35, WAPI-40, WAPI-70 entries have kid, kty and the key's members, and no use")
  void writesPlainJwks() {
    JwtBundle bundle = JwtBundle.of(TRUST_DOMAIN, Map.of("a", P256.getPublic()));
    assertThat(new String(JwtBundles.toJson(bundle), StandardCharsets.UTF_8))
        .isEqualTo(set("{\"kid\":\"a\"," + ec() + "}"));
  }

  @Test
  @DisplayName("BND-07, BND-45 what is written is a JWK Set, also when it is empty")
  void writesWhatOthersRead() throws ParseException, JOSEException {
    JwtBundle bundle =
        JwtBundle.of(TRUST_DOMAIN, Map.of("a", P521.getPublic(), "b\"é", RSA.getPublic()));
    JWKSet set = JWKSet.parse(new String(JwtBundles.toJson(bundle), StandardCharsets.UTF_8));
    assertThat(set.getKeyByKeyId("a").toECKey().toPublicKey()).isEqualTo(P521.getPublic());
    assertThat(set.getKeyByKeyId("b\"é").toRSAKey().toPublicKey()).isEqualTo(RSA.getPublic());

    JwtBundle empty = JwtBundle.of(TRUST_DOMAIN, Map.of());
    assertThat(JwtBundles.toJson(empty)).asString().isEqualTo("{\"keys\":[]}");
    assertThat(JwtBundles.parse(TRUST_DOMAIN, JwtBundles.toJson(empty))).isEqualTo(empty);
  }

  @Test
  @DisplayName("equal bundles are written as equal bytes, and read back as equal bundles")
  void writesDeterministically() {
    Map<String, PublicKey> forward = new LinkedHashMap<>();
    forward.put("a", P256.getPublic());
    forward.put("b", RSA.getPublic());
    Map<String, PublicKey> backward = new LinkedHashMap<>();
    backward.put("b", RSA.getPublic());
    backward.put("a", P256.getPublic());

    JwtBundle bundle = JwtBundle.of(TRUST_DOMAIN, forward);
    byte[] json = JwtBundles.toJson(bundle);
    assertThat(JwtBundles.toJson(JwtBundle.of(TRUST_DOMAIN, backward))).isEqualTo(json);
    assertThat(JwtBundles.parse(TRUST_DOMAIN, json)).isEqualTo(bundle);
  }

  @Test
  @DisplayName("a key that would not be read back is not written")
  void refusesToWriteUnusableKeys() throws GeneralSecurityException {
    PublicKey ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
    for (PublicKey key : List.of(ed25519, WEAK_RSA.getPublic())) {
      JwtBundle bundle = JwtBundle.of(TRUST_DOMAIN, Map.of("a", key));
      assertThatExceptionOfType(InvalidDocumentException.class)
          .isThrownBy(() -> JwtBundles.toJson(bundle))
          .matches(e -> e.reason() == Reason.UNSUPPORTED_KEY);
    }
  }
}
