package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.P521;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.TestTokens.encode;
import static dev.spiffe4j.jwt.TestTokens.withSignature;
import static dev.spiffe4j.jwt.wit.WitTokens.HEADER;
import static dev.spiffe4j.jwt.wit.WitTokens.PAYLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.good;
import static dev.spiffe4j.jwt.wit.WitTokens.goodProof;
import static dev.spiffe4j.jwt.wit.WitTokens.proofVerifier;
import static dev.spiffe4j.jwt.wit.WitTokens.prove;
import static dev.spiffe4j.jwt.wit.WitTokens.refusal;
import static dev.spiffe4j.jwt.wit.WitTokens.token;
import static dev.spiffe4j.jwt.wit.WitTokens.verify;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.TestTokens;
import java.security.KeyPair;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("WIT-SVID §1, §2: serialization, header and signature")
final class WitHeaderTest {
  @BeforeEach
  void acceptsTheGoodToken() {
    assertThat(prove(good(), goodProof(good())).spiffeId()).isEqualTo(WitTokens.WEB);
  }

  @Test
  @DisplayName("WIT-01 JSON serializations are refused")
  void refusesJsonSerializations() {
    String[] parts = good().split("\\.", -1);
    String flattened =
        "{\"protected\":\"%s\",\"payload\":\"%s\",\"signature\":\"%s\"}"
            .formatted(parts[0], parts[1], parts[2]);
    String general =
        "{\"payload\":\"%s\",\"signatures\":[{\"protected\":\"%s\",\"signature\":\"%s\"}]}"
            .formatted(parts[1], parts[0], parts[2]);
    assertThat(refusal(flattened)).isEqualTo(Reason.MALFORMED);
    assertThat(refusal(general)).isEqualTo(Reason.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b", "..", "a.b.c.d", "a.b.c.d.e", " . . "})
  @DisplayName("WIT-01 other than three parts of base64url are refused")
  void refusesOtherForms(String token) {
    assertThat(refusal(token)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("WIT-01 limits come before anything else")
  void refusesHugeTokens() {
    assertThat(refusal("")).isEqualTo(Reason.NO_SVID);
    assertThat(refusal("a".repeat(64 * 1024 + 1))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("a".repeat(4 * 1024 + 1) + ".a.a")).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("WIT-03 no kid, or an empty one, is refused")
  void requiresAKeyId() {
    assertThat(refusal(token("{\"alg\":\"ES256\",\"typ\":\"wit+jwt\"}", PAYLOAD)))
        .isEqualTo(Reason.UNKNOWN_KEY);
    for (String kid : new String[] {"\"\"", "null", "1", "[\"p256\"]"}) {
      String header = HEADER.replace("\"p256\"", kid);
      assertThat(refusal(token(header, PAYLOAD))).as(kid).isEqualTo(Reason.BAD_PROFILE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"P256", "p256 ", "p25", "other"})
  @DisplayName("WIT-04 kid is compared exactly")
  void comparesKeyIdsExactly(String keyId) {
    assertThat(refusal(token(HEADER.replace("p256", keyId), PAYLOAD)))
        .isEqualTo(Reason.UNKNOWN_KEY);
  }

  @Test
  @DisplayName("WIT-05, WIT-06 the key of that kid decides, and no other of the bundle")
  void triesNoOtherKeys() {
    KeyPair other = TestTokens.ec("secp256r1");
    String token = TestTokens.token(HEADER, PAYLOAD, other.getPrivate(), "ES256");
    assertThat(refusal(token)).isEqualTo(Reason.BAD_SIGNATURE);
    // Signed by a key of the bundle, under the ID of another one.
    String swapped = HEADER.replace("p256", "p384").replace("ES256", "ES384");
    assertThat(refusal(token(swapped, PAYLOAD))).isEqualTo(Reason.BAD_SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"JWT\"",
        "\"JOSE\"",
        "\"wimse-id+jwt\"",
        "\"wpt+jwt\"",
        "\"WIT+JWT\"",
        "\"Wit+jwt\"",
        "\"application/wit+jwt\"",
        "\"wit+jwt \"",
        "\"\"",
        "null",
        "[\"wit+jwt\"]"
      })
  @DisplayName("WIT-07, WIT-62 typ is exactly wit+jwt")
  void requiresTheType(String type) {
    assertThat(refusal(token(HEADER.replace("\"wit+jwt\"", type), PAYLOAD)))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-07 no typ is refused")
  void refusesNoType() {
    assertThat(refusal(token("{\"alg\":\"ES256\",\"kid\":\"p256\"}", PAYLOAD)))
        .isEqualTo(Reason.BAD_PROFILE);
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
  @DisplayName("WIT-08 each of the nine algorithms verifies, and does not once tampered with")
  void verifiesEachAlgorithm(String algorithm, String keyId) {
    String header = HEADER.replace("ES256", algorithm).replace("p256", keyId);
    String token = TestTokens.token(header, PAYLOAD, key(keyId).getPrivate(), algorithm);
    verify(token);
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    signature[signature.length - 1] ^= 1;
    assertThat(refusal(withSignature(token, signature))).isEqualTo(Reason.BAD_SIGNATURE);
  }

  private static KeyPair key(String keyId) {
    return switch (keyId) {
      case "rsa" -> RSA;
      case "p256" -> P256;
      case "p384" -> P384;
      case "p521" -> P521;
      default -> throw new AssertionError(keyId);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"none\"",
        "\"HS256\"",
        "\"EdDSA\"",
        "\"Ed25519\"",
        "\"ES256K\"",
        "\"es256\"",
        "\"\"",
        "null",
        "256",
        "[\"ES256\"]"
      })
  @DisplayName("WIT-09 any other alg is refused")
  void refusesOtherAlgorithms(String algorithm) {
    assertThat(refusal(token(HEADER.replace("\"ES256\"", algorithm), PAYLOAD)))
        .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("WIT-09 no alg, and one that does not fit the key, are refused")
  void bindsTheAlgorithmToTheKey() {
    assertThat(refusal(token("{\"kid\":\"p256\",\"typ\":\"wit+jwt\"}", PAYLOAD)))
        .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    for (String algorithm : new String[] {"ES384", "RS256", "PS256"}) {
      assertThat(refusal(token(HEADER.replace("ES256", algorithm), PAYLOAD)))
          .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    }
    String unsigned = encode("{\"alg\":\"none\"}") + "." + encode(PAYLOAD) + ".";
    assertThat(refusal(unsigned)).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x\":1",
        "\"jku\":\"https://evil.example/\"",
        "\"cty\":\"JWT\"",
        "\"b64\":false"
      })
  @DisplayName("WIT-11 parameters that are not known are ignored")
  void ignoresOtherParameters(String parameter) {
    verify(token(HEADER.replace("}", "," + parameter + "}"), PAYLOAD));
  }

  @Test
  @DisplayName("WIT-11 a key that the header offers is not used")
  void ignoresKeysInTheHeader() {
    KeyPair other = TestTokens.ec("secp256r1");
    String header =
        HEADER.replace("}", ",\"jwk\":" + WitTokens.jwk(other.getPublic(), "ES256") + "}");
    verify(token(header, PAYLOAD));
    assertThat(refusal(TestTokens.token(header, PAYLOAD, other.getPrivate(), "ES256")))
        .isEqualTo(Reason.BAD_SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"x\"]", "[\"b64\"]", "[]", "\"x\"", "null", "[\"alg\"]"})
  @DisplayName("WIT-12 critical parameters are refused")
  void refusesCriticalParameters(String crit) {
    String header = HEADER.replace("}", ",\"x\":1,\"crit\":" + crit + "}");
    assertThat(refusal(token(header, PAYLOAD))).isEqualTo(Reason.UNSUPPORTED_EXTENSION);
  }

  @Test
  void refusesNamesThatOccurTwice() {
    assertThat(refusal(token(HEADER.replace("}", ",\"kid\":\"p256\"}"), PAYLOAD)))
        .isEqualTo(Reason.MALFORMED);
    assertThat(refusal(token(HEADER, PAYLOAD.replace("}}", "}},\"sub\":\"spiffe://a/b\""))))
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void printsNothingOfTheToken() {
    assertThat(verify(good())).hasToString("UnprovenWitSvid");
    VerifiedWitSvid verified =
        proofVerifier()
            .build()
            .verify(verify(good()), goodProof(good()), WitRequest.to(WitTokens.TARGET));
    assertThat(verified.toString()).contains("spiffe://example.org/web").doesNotContain("cnf");
  }
}
