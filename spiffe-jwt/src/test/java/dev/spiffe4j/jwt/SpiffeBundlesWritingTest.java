package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestAuthorities.EC;
import static dev.spiffe4j.jwt.TestAuthorities.ED25519;
import static dev.spiffe4j.jwt.TestAuthorities.LEAF;
import static dev.spiffe4j.jwt.TestAuthorities.P384;
import static dev.spiffe4j.jwt.TestAuthorities.RSA;
import static dev.spiffe4j.jwt.TestAuthorities.base64;
import static dev.spiffe4j.jwt.TestAuthorities.bundle;
import static dev.spiffe4j.jwt.TestJwks.document;
import static dev.spiffe4j.jwt.TestJwks.jwt;
import static dev.spiffe4j.jwt.TestJwks.token;
import static dev.spiffe4j.jwt.TestJwks.x509;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.jwt.jose.JsonReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("SPIFFE bundles as JSON, written")
final class SpiffeBundlesWritingTest {
  private static final PublicKey KEY = TestTokens.P256.getPublic();
  private static final SpiffeBundle EMPTY = SpiffeBundle.of(TRUST_DOMAIN);

  private static String write(SpiffeBundle bundle) {
    return new String(SpiffeBundles.toJson(bundle), StandardCharsets.UTF_8);
  }

  private static SpiffeBundle full() {
    return EMPTY
        .withX509Bundle(bundle(EC, RSA, P384, ED25519))
        .withJwtBundle(
            JwtBundle.of(TRUST_DOMAIN, Map.of("b", KEY, "a\"é", TestTokens.RSA.getPublic())))
        .withWitBundle(WitBundle.of(TRUST_DOMAIN, Map.of("a", TestTokens.P521.getPublic())))
        .withSequence(Long.MAX_VALUE)
        .withRefreshHint(Duration.ofMinutes(5));
  }

  private static List<Map<?, ?>> keys(SpiffeBundle bundle) {
    List<Map<?, ?>> keys = new ArrayList<>();
    if (JsonReader.readObject(SpiffeBundles.toJson(bundle)).get("keys") instanceof List<?> list) {
      list.forEach(key -> keys.add((Map<?, ?>) key));
    }
    return keys;
  }

  @Test
  @DisplayName("BND-10, BND-14, BND-15, BND-23, BND-24, BND-25 a document is what it should be")
  void writesDocuments() {
    SpiffeBundle bundle =
        EMPTY
            .withX509Bundle(bundle(EC))
            .withJwtBundle(JwtBundle.of(TRUST_DOMAIN, Map.of("b", KEY)))
            .withWitBundle(WitBundle.of(TRUST_DOMAIN, Map.of("c", KEY)))
            .withSequence(7)
            .withRefreshHint(Duration.ofMinutes(5));
    assertThat(write(bundle))
        .isEqualTo(
            document(
                ",\"spiffe_sequence\":7,\"spiffe_refresh_hint\":300",
                x509(EC),
                jwt("b", KEY),
                token("wit-svid", "c", KEY)));
  }

  @Test
  @DisplayName("BND-19, BND-45 an empty bundle has an empty array of keys")
  void writesEmptyBundles() {
    assertThat(write(EMPTY)).isEqualTo("{\"keys\":[]}");
    assertThat(SpiffeBundles.parse(TRUST_DOMAIN, SpiffeBundles.toJson(EMPTY))).isEqualTo(EMPTY);
    assertThat(write(EMPTY.withSequence(0))).isEqualTo("{\"keys\":[],\"spiffe_sequence\":0}");
  }

  @Test
  @DisplayName("BND-07 what is written is a JWK Set for others too")
  void writesWhatOthersRead() throws ParseException, JOSEException {
    JWKSet set = JWKSet.parse(write(full()));
    assertThat(set.getKeys()).hasSize(7);
    List<JWK> certificates =
        set.getKeys().stream().filter(key -> key.getX509CertChain() != null).toList();
    assertThat(certificates).hasSize(4);
    // Nimbus checks that key and certificate belong together.
    for (JWK key : certificates) {
      assertThat(key.getX509CertChain()).hasSize(1);
    }
    assertThat(set.getKeyByKeyId("a\"é").toRSAKey().toPublicKey())
        .isEqualTo(TestTokens.RSA.getPublic());
  }

  @Test
  @DisplayName("X509-36, X509-37, X509-38, X509-40, X509-42, BND-21, BND-23 entries of X.509")
  void writesCertificates() {
    List<Map<?, ?>> keys = keys(EMPTY.withX509Bundle(bundle(EC, RSA, P384, ED25519)));
    assertThat(keys).hasSize(4);
    for (X509Certificate authority : List.of(EC, RSA, P384, ED25519)) {
      Map<?, ?> entry = JsonReader.readObject(TestJwks.utf8(x509(authority)));
      assertThat(keys).contains(entry);
      assertThat(Set.<Object>copyOf(entry.keySet())).isEqualTo(names(authority));
    }
  }

  private static Set<String> names(X509Certificate authority) {
    return switch (authority.getPublicKey().getAlgorithm()) {
      case "RSA" -> Set.of("use", "kty", "n", "e", "x5c");
      case "EC" -> Set.of("use", "kty", "crv", "x", "y", "x5c");
      default -> Set.of("use", "kty", "crv", "x", "x5c");
    };
  }

  @Test
  @DisplayName("X509-39 certificates are padded base64 with the usual alphabet")
  void writesPaddedBase64() {
    for (X509Certificate authority : List.of(EC, RSA, ED25519)) {
      assertThat(write(EMPTY.withX509Bundle(bundle(authority))))
          .contains("\"x5c\":[\"" + base64(authority) + "\"]");
    }
  }

  @Test
  @DisplayName("JWT-33, JWT-34, JWT-35 entries of JWT have use and kid")
  void writesTokenKeys() {
    List<Map<?, ?>> keys =
        keys(
            EMPTY.withJwtBundle(
                JwtBundle.of(TRUST_DOMAIN, Map.of("a", KEY, "b", TestTokens.RSA.getPublic()))));
    assertThat(keys).extracting(key -> key.get("kid")).isEqualTo(List.of("a", "b"));
    assertThat(keys).extracting(key -> key.get("kty")).isEqualTo(List.of("EC", "RSA"));
    assertThat(keys).extracting(key -> key.get("use")).isEqualTo(List.of("jwt-svid", "jwt-svid"));
  }

  @Test
  @DisplayName("what is written is read back, and equal bundles are equal bytes")
  void writesDeterministically() {
    byte[] json = SpiffeBundles.toJson(full());
    assertThat(SpiffeBundles.parse(TRUST_DOMAIN, json)).isEqualTo(full());
    SpiffeBundle other =
        full()
            .withX509Bundle(bundle(ED25519, P384, RSA, EC))
            .withJwtBundle(
                JwtBundle.of(TRUST_DOMAIN, Map.of("a\"é", TestTokens.RSA.getPublic(), "b", KEY)));
    assertThat(other).isEqualTo(full());
    assertThat(SpiffeBundles.toJson(other)).isEqualTo(json);
  }

  private static Reason refusal(SpiffeBundle bundle) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> SpiffeBundles.toJson(bundle));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName(
      "X509-40 what would not be read back is not written: leaves, and keys of other kinds")
  void refusesToWriteUnusableAuthorities() {
    write(EMPTY.withX509Bundle(bundle(EC)));
    assertThat(refusal(EMPTY.withX509Bundle(bundle(EC, LEAF)))).isEqualTo(Reason.BAD_PROFILE);
    KeyPair other = TestTokens.ec("secp521r1");
    write(EMPTY.withX509Bundle(bundle(TestAuthorities.authority(other))));
    JwtBundle weak = JwtBundle.of(TRUST_DOMAIN, Map.of("a", TestTokens.WEAK_RSA.getPublic()));
    assertThat(refusal(EMPTY.withJwtBundle(weak))).isEqualTo(Reason.UNSUPPORTED_KEY);
    JwtBundle ed25519 =
        JwtBundle.of(TRUST_DOMAIN, Map.of("a", TestAuthorities.ED25519_KEYS.getPublic()));
    assertThat(refusal(EMPTY.withJwtBundle(ed25519))).isEqualTo(Reason.UNSUPPORTED_KEY);
  }

  @Test
  @DisplayName("an authority of a key too weak to verify with is still the bundle's")
  void writesWeakAuthorities() {
    X509Bundle weak = bundle(TestAuthorities.authority(TestTokens.WEAK_RSA));
    SpiffeBundle bundle = EMPTY.withX509Bundle(weak);
    assertThat(SpiffeBundles.parse(TRUST_DOMAIN, SpiffeBundles.toJson(bundle))).isEqualTo(bundle);
  }
}
