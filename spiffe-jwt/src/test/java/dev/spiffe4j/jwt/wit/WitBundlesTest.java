package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.P521;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static dev.spiffe4j.jwt.wit.WitTokens.good;
import static dev.spiffe4j.jwt.wit.WitTokens.members;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.JwtBundles;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("WIT-SVID §6: WIT bundles as JWK Sets")
final class WitBundlesTest {
  private static final WitBundle BUNDLE =
      WitBundle.of(
          TRUST_DOMAIN,
          Map.of(
              "b", P384.getPublic(),
              "a", P256.getPublic(),
              "c", P521.getPublic(),
              "d", RSA.getPublic()));

  private static String entry(String keyId, PublicKey key, String more) {
    return "{\"kid\":\"" + keyId + "\"," + members(key) + more + "}";
  }

  private static String set(String... entries) {
    return "{\"keys\":[" + String.join(",", entries) + "]}";
  }

  private static Map<String, PublicKey> read(String jwks) {
    return WitBundles.parse(TRUST_DOMAIN, jwks).authorities();
  }

  @Test
  @DisplayName("WIT-46, WIT-47, WIT-48, WAPI-54 one entry for each key, with kid and use")
  void writesOneEntryForEachKey() throws ParseException, JOSEException {
    JWKSet set = JWKSet.parse(WitBundles.toJson(BUNDLE));
    assertThat(set.getKeys()).extracting(JWK::getKeyID).containsExactly("a", "b", "c", "d");
    assertThat(set.getKeys())
        .allSatisfy(
            key -> {
              assertThat(key.getKeyUse().identifier()).isEqualTo("wit-svid");
              assertThat(key.isPrivate()).isFalse();
            });
    assertThat(set.getKeyByKeyId("b").toECKey().toPublicKey()).isEqualTo(P384.getPublic());
    assertThat(set.getKeyByKeyId("d").toRSAKey().toPublicKey()).isEqualTo(RSA.getPublic());
  }

  @Test
  @DisplayName("WAPI-54 what is written is read back, and equal bundles give equal texts")
  void readsBackWhatIsWritten() {
    String json = WitBundles.toJson(BUNDLE);
    assertThat(WitBundles.parse(TRUST_DOMAIN, json)).isEqualTo(BUNDLE);
    assertThat(WitBundles.toJson(WitBundles.parse(TRUST_DOMAIN, json))).isEqualTo(json);
    WitBundle empty = WitBundle.of(TRUST_DOMAIN, Map.of());
    assertThat(WitBundles.toJson(empty)).isEqualTo("{\"keys\":[]}");
    assertThat(WitBundles.parse(TRUST_DOMAIN, "{\"keys\":[]}")).isEqualTo(empty);
  }

  @Test
  @DisplayName("WIT-50, BND-18, BND-27, WAPI-70 other uses and unusable entries are left out")
  void leavesOtherEntriesOut() {
    String jwks =
        set(
            entry("good", P256.getPublic(), ",\"use\":\"wit-svid\""),
            entry("plain", P384.getPublic(), ""),
            entry("jwt", P521.getPublic(), ",\"use\":\"jwt-svid\""),
            entry("x509", P521.getPublic(), ",\"use\":\"x509-svid\""),
            entry("sig", P521.getPublic(), ",\"use\":\"sig\""),
            entry("null", P521.getPublic(), ",\"use\":null"),
            entry("upper", P521.getPublic(), ",\"use\":\"WIT-SVID\""),
            entry("", P521.getPublic(), ""),
            "{" + members(P521.getPublic()) + ",\"use\":\"wit-svid\"}",
            entry("leaked", P521.getPublic(), ",\"d\":\"AA\""),
            entry("broken", P521.getPublic(), "").replace("\"y\"", "\"z\""),
            "{\"kid\":\"odd\",\"kty\":\"XYZ\"}",
            "{\"kid\":\"oct\",\"kty\":\"oct\",\"k\":\"AA\"}",
            "7");
    assertThat(read(jwks))
        .containsExactly(Map.entry("good", P256.getPublic()), Map.entry("plain", P384.getPublic()));
  }

  @Test
  @DisplayName("WIT-05, WAPI-54 a kid with several keys stands for none")
  void leavesAmbiguousEntriesOut() {
    String jwks =
        set(
            entry("twice", P256.getPublic(), ""),
            entry("twice", P384.getPublic(), ""),
            entry("same", P256.getPublic(), ""),
            entry("same", P256.getPublic(), ""));
    assertThat(read(jwks)).containsOnlyKeys("same");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "{\"keys\":null}", "{\"keys\":{}}", "{\"keys\":[", "keys"})
  @DisplayName("what is not a JWK Set is refused as a whole")
  void refusesOtherDocuments(String jwks) {
    assertThat(refusal(jwks)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void refusesEmptyAndHugeDocuments() {
    assertThat(refusal("")).isEqualTo(Reason.EMPTY);
    assertThat(refusal(" ".repeat(1024 * 1024 + 1))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("{\"keys\":[" + "1,".repeat(1000) + "1]}")).isEqualTo(Reason.TOO_LARGE);
  }

  private static Reason refusal(String jwks) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> read(jwks));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("WIT-51 a document without WIT keys has none to verify with")
  void trustsNothingWithoutWitKeys() {
    WitBundle none =
        WitBundles.parse(
            TRUST_DOMAIN, set(entry("p256", P256.getPublic(), ",\"use\":\"jwt-svid\"")));
    WitSvidVerifier.Builder verifier =
        WitSvidVerifier.builder(id -> Optional.of(none)).clock(InstantSource.fixed(NOW));
    assertThat(WitTokens.refusal(verifier, good()))
        .isEqualTo(SvidVerificationException.Reason.UNKNOWN_KEY);
  }

  @Test
  @DisplayName("WIT-49, WIT-67, WIT-68 of one document with both kinds, each reader sees its own")
  void keepsKindsApart() {
    String jwks =
        set(
            entry("shared", P256.getPublic(), ",\"use\":\"jwt-svid\""),
            entry("shared", P384.getPublic(), ",\"use\":\"wit-svid\""));
    byte[] bytes = jwks.getBytes(StandardCharsets.UTF_8);
    assertThat(JwtBundles.parse(TRUST_DOMAIN, bytes).authorities())
        .isEqualTo(Map.of("shared", P256.getPublic()));
    assertThat(read(jwks)).isEqualTo(Map.of("shared", P384.getPublic()));
    // A JWT bundle is written without the use of WIT keys, which it has none of.
    JwtBundle jwt = JwtBundle.of(TRUST_DOMAIN, Map.of("shared", P256.getPublic()));
    assertThat(JwtBundles.toJson(jwt)).asString().doesNotContain("wit-svid");
  }
}
