package dev.spiffe4j.jwt.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SvidVerificationException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the signature and key vectors of Wycheproof that are about what JWT-SVIDs use. */
class WycheproofTest {
  /** The use of a key is the bundle's to look at, and weak primes of a chip of 2017 nobody's. */
  private static final Set<String> OTHER_RULES = Set.of("invalid_use", "jws_rsa_roca_key");

  private static final SignatureProvider PLATFORM = SignatureProvider.platform();
  private static final SignatureProvider BOUNCY_CASTLE =
      SignatureProvider.of(new BouncyCastleProvider());

  @BeforeEach
  void needsVectors() {
    assumeTrue(Wycheproof.isThere(), "spiffe4j.vectors is not set: Wycheproof is not run");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ES256, EC, ecdsa_secp256r1_sha256_p1363_test.json",
    "ES384, EC, ecdsa_secp384r1_sha384_p1363_test.json",
    "ES512, EC, ecdsa_secp521r1_sha512_p1363_test.json",
    "RS256, RSA, rsa_signature_2048_sha256_test.json",
    "RS384, RSA, rsa_signature_2048_sha384_test.json",
    "RS512, RSA, rsa_signature_2048_sha512_test.json",
    "PS256, RSA, rsa_pss_2048_sha256_mgf1_32_test.json",
    "PS384, RSA, rsa_pss_2048_sha384_mgf1_48_test.json"
  })
  @DisplayName("JWT-07, JWT-26: every signature vector agrees")
  void signatures(JwtAlgorithm algorithm, String keyType, String file) {
    // With Bouncy Castle every vector agrees.
    assertThat(disagreements(algorithm, keyType, file, BOUNCY_CASTLE, "any")).isEmpty();
    // The platform of 17 refuses a few good signatures; it must never accept a bad one.
    assertThat(disagreements(algorithm, keyType, file, PLATFORM, "invalid")).isEmpty();
    // What verifiers use unless told otherwise: a native provider, if it is on the class path.
    assertThat(disagreements(algorithm, keyType, file, SignatureProvider.fastest(), "any"))
        .isEmpty();
  }

  private static List<String> disagreements(
      JwtAlgorithm algorithm,
      String keyType,
      String file,
      SignatureProvider provider,
      String looksFor) {
    List<String> disagreements = new ArrayList<>();
    int count = 0;
    for (JsonElement element : Wycheproof.file(file).getAsJsonArray("testGroups")) {
      JsonObject group = element.getAsJsonObject();
      PublicKey key = key(keyType, group);
      for (JsonElement test : group.getAsJsonArray("tests")) {
        JsonObject vector = test.getAsJsonObject();
        String expected = vector.get("result").getAsString();
        count++;
        if (!expected.equals("acceptable")
            && (looksFor.equals("any") || looksFor.equals(expected))
            && verifies(algorithm, key, vector, provider) != expected.equals("valid")) {
          disagreements.add(vector.toString());
        }
      }
    }
    assertThat(count).isGreaterThan(100);
    return disagreements;
  }

  private static boolean verifies(
      JwtAlgorithm algorithm, PublicKey key, JsonObject vector, SignatureProvider provider) {
    byte[] message = HexFormat.of().parseHex(vector.get("msg").getAsString());
    byte[] signature = HexFormat.of().parseHex(vector.get("sig").getAsString());
    try {
      JwtSignatures.verify(algorithm, key, message, signature, provider);
      return true;
    } catch (SvidVerificationException e) {
      return false;
    }
  }

  private static PublicKey key(String type, JsonObject group) {
    try {
      if (type.equals("PSS")) {
        // As JWK has it: an RSA key whose encoding says nothing of its use.
        JsonObject numbers = group.getAsJsonObject("publicKey");
        return KeyFactory.getInstance("RSA")
            .generatePublic(
                new RSAPublicKeySpec(
                    new BigInteger(numbers.get("modulus").getAsString(), 16),
                    new BigInteger(numbers.get("publicExponent").getAsString(), 16)));
      }
      String der = group.get("publicKeyDer").getAsString();
      return KeyFactory.getInstance(type)
          .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(der)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("JWT-07: the parameters of PS512 are those of its vectors, and no others")
  void pssWithParameters() {
    String file = "rsa_pss_4096_sha512_mgf1_64_params_test.json";
    assertThat(disagreements(JwtAlgorithm.PS512, "PSS", file, BOUNCY_CASTLE, "any")).isEmpty();
    assertThat(disagreements(JwtAlgorithm.PS512, "PSS", file, PLATFORM, "invalid")).isEmpty();
    // Two are of PKCS #1, and good ones.
    assertThat(accepted("PSS", "rsa_pss_2048_sha512_mgf1sha256_32_params_test.json"))
        .allMatch(vector -> vector.startsWith("RS") && vector.contains("PKCS #1 v1.5"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ecdsa_secp256r1_sha256_test.json",
        "ecdsa_secp384r1_sha384_test.json",
        "ecdsa_secp521r1_sha512_test.json"
      })
  @DisplayName("JWT-07: no signature in DER is one of JWS, however right")
  void der(String file) {
    assertThat(accepted("EC", file)).isEmpty();
  }

  /** What any algorithm takes that fits the key. */
  private static List<String> accepted(String keyType, String file) {
    List<String> accepted = new ArrayList<>();
    for (JsonElement element : Wycheproof.file(file).getAsJsonArray("testGroups")) {
      PublicKey key = key(keyType, element.getAsJsonObject());
      for (JsonElement test : element.getAsJsonObject().getAsJsonArray("tests")) {
        for (JwtAlgorithm algorithm : JwtAlgorithm.values()) {
          if (verifies(algorithm, key, test.getAsJsonObject(), BOUNCY_CASTLE)) {
            accepted.add(algorithm + " " + test);
          }
        }
      }
    }
    return accepted;
  }

  @Test
  @DisplayName("BND-44, JWT-06: keys that must be refused are refused, and the good ones are read")
  void keys() {
    List<String> disagreements = new ArrayList<>();
    int read = 0;
    for (JsonElement element :
        Wycheproof.file("json_web_key_test.json").getAsJsonArray("testGroups")) {
      JsonObject group = element.getAsJsonObject();
      JsonObject vector = group.getAsJsonArray("tests").get(0).getAsJsonObject();
      JsonElement keySet = group.get("public");
      if (keySet == null || OTHER_RULES.contains(group.get("comment").getAsString())) {
        continue;
      }
      boolean usable = isUsable(keySet.getAsJsonObject());
      read += usable ? 1 : 0;
      if (usable && isAboutOneKey(vector)) {
        disagreements.add(vector + " " + keySet);
      }
    }
    assertThat(disagreements).isEmpty();
    assertThat(read).isPositive();
  }

  /** A key in itself that no library should take, whatever was signed with it. */
  private static boolean isAboutOneKey(JsonObject vector) {
    String comment = vector.get("comment").getAsString();
    return vector.get("result").getAsString().equals("invalid")
        && Set.of(
                "rejects1024bitRsaKey",
                "rejectsPublicExponent1",
                "mismatchedAlgAndCurve",
                "rejectsModifiedKey",
                "rejectsAesKey",
                "key_too_short",
                "empty_key")
            .contains(comment);
  }

  private static boolean isUsable(JsonObject keySet) {
    JsonElement keys = keySet.get("keys");
    JsonObject jwk = keys == null ? keySet : keys.getAsJsonArray().get(0).getAsJsonObject();
    try {
      Jwks.read(JsonReader.readObject(jwk.toString().getBytes(StandardCharsets.UTF_8)));
      return true;
    } catch (SpiffeException e) {
      return false;
    }
  }
}
