package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestTokens.HEADER;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.PAYLOAD;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.TestTokens.encode;
import static dev.spiffe4j.jwt.TestTokens.good;
import static dev.spiffe4j.jwt.TestTokens.refusal;
import static dev.spiffe4j.jwt.TestTokens.token;
import static dev.spiffe4j.jwt.TestTokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.CompactJws;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("JWT-SVID §2, §5: serialization and header")
final class JwtHeaderTest {
  @BeforeEach
  void acceptsTheGoodToken() {
    assertThat(verify(good()).spiffeId()).hasToString("spiffe://example.org/web");
  }

  @Test
  @DisplayName("JWT-01 JSON serializations are refused")
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
  @ValueSource(strings = {"a", "a.b", ".", "..", "a.b.c.d", "a.b.c.d.e", "a..b.c"})
  @DisplayName("ID-41, JWT-02, JWT-29 other than three parts are refused")
  void refusesOtherNumbersOfParts(String token) {
    assertThat(refusal(token)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("JWT-02 five parts are refused, also with a good token in front")
  void refusesFiveParts() {
    assertThat(refusal(good() + ".AA.AA")).isEqualTo(Reason.MALFORMED);
    assertThat(refusal(good() + ".")).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void refusesAnEmptyToken() {
    assertThat(refusal("")).isEqualTo(Reason.NO_SVID);
    assertThatNullPointerException().isThrownBy(() -> verify(nothing()));
  }

  @SuppressWarnings("NullAway") // what a caller without nullness checks would pass
  private static String nothing() {
    return null;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"none\"",
        "\"None\"",
        "\"nOnE\"",
        "\"HS256\"",
        "\"HS512\"",
        "\"EdDSA\"",
        "\"ES256K\"",
        "\"es256\"",
        "\"ES256 \"",
        "\"\"",
        "null",
        "256",
        "[\"ES256\"]",
        "{}",
        "true"
      })
  @DisplayName("JWT-05 every other alg is refused")
  void refusesOtherAlgorithms(String alg) {
    String header = "{\"alg\":" + alg + ",\"kid\":\"p256\"}";
    assertThat(refusal(token(header, PAYLOAD))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("JWT-05 a missing alg is refused")
  void refusesAMissingAlgorithm() {
    assertThat(refusal(token("{\"kid\":\"p256\"}", PAYLOAD)))
        .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("JWT-05 an HMAC keyed with the public key is refused")
  void refusesAPublicKeyAsSecret() throws GeneralSecurityException {
    String input = encode("{\"alg\":\"HS256\",\"kid\":\"rsa\"}") + "." + encode(PAYLOAD);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(RSA.getPublic().getEncoded(), "HmacSHA256"));
    byte[] tag = mac.doFinal(input.getBytes(StandardCharsets.US_ASCII));
    assertThat(refusal(input + "." + encode(tag))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("JWT-25 alg comes first, whatever the rest is")
  void checksTheAlgorithmFirst() {
    String none = encode("{\"alg\":\"none\",\"crit\":[],\"typ\":5,\"x\":1}");
    assertThat(refusal(none + ".!!!!.????")).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    assertThat(refusal(none + "." + "A".repeat(50_000) + "."))
        .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"typ\":\"JWT\"", ",\"typ\":\"JOSE\""})
  @DisplayName("JWT-09, JWT-10 typ is absent, JWT or JOSE")
  void acceptsTheTypesOfTheStandard(String typ) {
    verify(token("{\"alg\":\"ES256\",\"kid\":\"p256\"" + typ + "}", PAYLOAD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"jwt\"",
        "\"wit+jwt\"",
        "\"at+jwt\"",
        "\"jose\"",
        "\"\"",
        "\"JWT \"",
        "null",
        "5",
        "[]"
      })
  @DisplayName("JWT-10, JWT-42, JWT-46 every other typ is refused")
  void refusesOtherTypes(String typ) {
    String header = "{\"alg\":\"ES256\",\"kid\":\"p256\",\"typ\":" + typ + "}";
    assertThat(refusal(token(header, PAYLOAD))).isEqualTo(Reason.BAD_PROFILE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"crit\":[\"x\"],\"x\":1",
        "\"crit\":[]",
        "\"crit\":null",
        "\"crit\":[\"b64\"],\"b64\":false",
        "\"crit\":[\"exp\"]"
      })
  @DisplayName("JWT-28 crit is refused")
  void refusesCriticalExtensions(String more) {
    String header = "{\"alg\":\"ES256\",\"kid\":\"p256\"," + more + "}";
    assertThat(refusal(token(header, PAYLOAD))).isEqualTo(Reason.UNSUPPORTED_EXTENSION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"b64\":false",
        "\"jku\":\"https://evil.example/keys\"",
        "\"jwk\":{\"kty\":\"EC\"}",
        "\"x5u\":\"https://evil.example/cert\"",
        "\"x5c\":[]",
        "\"x5t\":\"AA\"",
        "\"cty\":\"JWT\"",
        "\"enc\":\"A128GCM\"",
        "\"zip\":\"DEF\"",
        "\"ALG\":\"none\""
      })
  @DisplayName("ID-37, JWT-45 header parameters beyond alg, kid and typ are refused")
  void refusesOtherParameters(String more) {
    String header = "{\"alg\":\"ES256\",\"kid\":\"p256\"," + more + "}";
    assertThat(refusal(token(header, PAYLOAD))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("JWT-44 kid is required, and a text")
  void requiresAKeyId() {
    assertThat(refusal(token("{\"alg\":\"ES256\"}", PAYLOAD))).isEqualTo(Reason.UNKNOWN_KEY);
    for (String kid : new String[] {"\"\"", "5", "null", "[\"p256\"]"}) {
      String header = "{\"alg\":\"ES256\",\"kid\":" + kid + "}";
      assertThat(refusal(token(header, PAYLOAD))).as(kid).isEqualTo(Reason.BAD_PROFILE);
    }
  }

  @Test
  @DisplayName("JWT-29 padding, the other alphabet, white space and left-over bits are refused")
  void refusesOtherBase64() {
    String[] parts = good().split("\\.", -1);
    String padded = encode(HEADER + " ");
    assertThat(padded.length() % 4).isNotZero();

    assertThat(refusal(padded + "=." + parts[1] + "." + parts[2])).isEqualTo(Reason.MALFORMED);
    assertThat(refusal("\n" + good())).isEqualTo(Reason.MALFORMED);
    assertThat(refusal(good() + "\n")).isEqualTo(Reason.MALFORMED);
    assertThat(refusal(good() + "=")).isEqualTo(Reason.MALFORMED);
    assertThat(refusal(parts[0] + "." + parts[1] + "." + parts[2].substring(1) + "+"))
        .isEqualTo(Reason.MALFORMED);
    assertThat(refusal(parts[0] + "." + parts[1] + "." + parts[2].substring(1) + "é"))
        .isEqualTo(Reason.MALFORMED);
    assertThat(refusal(parts[0] + "." + parts[1] + "." + leftOver(parts[2])))
        .isEqualTo(Reason.MALFORMED);
  }

  /** 64 bytes leave four bits over in the last character: the same bytes, another text. */
  private static String leftOver(String part) {
    char last = part.charAt(part.length() - 1);
    return part.substring(0, part.length() - 1) + (char) (last == 'A' ? 'B' : last + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"ES256\",\"alg\":\"ES256\",\"kid\":\"p256\"}",
        "{\"alg\":\"ES256\",\"kid\":\"p256\",\"\\u006bid\":\"p256\"}",
        "{\"alg\":\"ES256\",\"kid\":\"p256\"}x",
        "{\"alg\":\"ES256\",\"kid\":\"p256\"}{}",
        "\uFEFF{\"alg\":\"ES256\",\"kid\":\"p256\"}",
        "{\"alg\":\"ES256\",\"kid\":\"p256\",}",
        "{'alg':'ES256','kid':'p256'}",
        "{\"alg\":\"ES256\",\"kid\":\"\\ud800\"}",
        "[\"alg\"]",
        "\"alg\"",
        "null",
        ""
      })
  @DisplayName("JWT-29 a header that is not one exact JSON object is refused")
  void refusesOtherJson(String header) {
    assertThat(refusal(token(header, PAYLOAD))).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("JWT-29 a header or payload that is not UTF-8 is refused")
  void refusesOtherCharsets() {
    byte[] latin1 = "{\"alg\":\"ES256\",\"kid\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(refusal(encode(latin1) + "." + encode(PAYLOAD) + ".AA")).isEqualTo(Reason.MALFORMED);
    byte[] overlong = {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'};
    assertThat(refusal(encode(HEADER) + "." + encode(overlong) + ".AA"))
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("tokens and headers are limited before anything else")
  void limitsSizes() {
    String kid = "k".repeat(CompactJws.MAX_HEADER_LENGTH);
    String header = "{\"alg\":\"none\",\"kid\":\"" + kid + "\"}";
    assertThat(refusal(token(header, PAYLOAD))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("!".repeat(CompactJws.MAX_TOKEN_LENGTH + 1))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("!".repeat(CompactJws.MAX_TOKEN_LENGTH))).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("JWT-29 deep JSON is refused without a deep stack")
  void refusesDeepJson() {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    assertThat(refusal(token(HEADER, TestTokens.payload(",\"x\":" + deep))))
        .isEqualTo(Reason.TOO_LARGE);
    String header = "{\"alg\":\"ES256\",\"kid\":" + "[".repeat(1000) + "}";
    assertThat(refusal(token(header, PAYLOAD))).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void signatureOfTheFixtureIsTheKeys() {
    String token = good();
    int end = token.lastIndexOf('.');
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(end + 1));
    assertThat(TestTokens.verifies(token.substring(0, end), signature, P256.getPublic(), "ES256"))
        .isTrue();
  }
}
