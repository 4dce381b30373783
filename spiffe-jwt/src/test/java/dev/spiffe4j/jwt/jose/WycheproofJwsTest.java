package dev.spiffe4j.jwt.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SpiffeException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the JWS vectors of Wycheproof, whose payloads are no JWT: form, algorithm and signature. */
class WycheproofJwsTest {
  private static final String SYMMETRIC = "a symmetric key: JWT-SVIDs have none (JWT-05, JWT-52)";
  private static final String ALGORITHM_OF_KEY =
      "the JWK demands another algorithm for its RSA key: bundles keep keys only, and their entries"
          + " have no alg (BND-23); whoever signed has the authority's key all the same";
  private static final String USE =
      "the use of an entry is looked at by who reads the set (BND-27)";

  /** Where we disagree, by group, name and verdict of the vectors; all else must agree. */
  private static final Map<String, String> TRIAGE =
      Map.ofEntries(
          Map.entry("hs256 acceptsValid valid", SYMMETRIC),
          Map.entry("rfc7520 Figure35 valid", SYMMETRIC),
          Map.entry("base64 ValidMac valid", SYMMETRIC),
          Map.entry("base64 ValidEdgeCaseMac valid", SYMMETRIC),
          Map.entry("base64 InvalidCharacterInsertedInHeader valid", SYMMETRIC),
          Map.entry("base64 InvalidCharacterInsertedInPayload valid", SYMMETRIC),
          Map.entry("base64 ValidSpacesInJsonHeader valid", SYMMETRIC),
          Map.entry("base64 ValidWhiteSpaceInJsonHeader valid", SYMMETRIC),
          Map.entry("jws_aes acceptsValid valid", SYMMETRIC),
          Map.entry("jws_keyset acceptsValid valid", SYMMETRIC),
          Map.entry("rfc7520 Figure27 valid", "the alg of the JWK is ES521, which there is not"),
          Map.entry("rfc7520WithKeyOps Figure27 valid", "as before"),
          Map.entry("ps512 UsingRS256 invalid", ALGORITHM_OF_KEY),
          Map.entry("ps512 UsingRS384 invalid", ALGORITHM_OF_KEY),
          Map.entry("ps512 UsingRS512 invalid", ALGORITHM_OF_KEY),
          Map.entry("ps512 UsingPS256 invalid", ALGORITHM_OF_KEY),
          Map.entry("ps512 UsingPS384 invalid", ALGORITHM_OF_KEY),
          Map.entry("rsa_encryption rejectWrongUse invalid", USE),
          Map.entry("ec_key_for_encryption rejectWrongUse invalid", USE),
          Map.entry(
              "jws_rsa_roca_key rejectsKeyWithRocaVulnerability invalid",
              "weak primes of a chip of 2017 are nobody's rule here"));

  @BeforeEach
  void needsVectors() {
    assumeTrue(Wycheproof.isThere(), "spiffe4j.vectors is not set: Wycheproof is not run");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json_web_signature_test.json", "json_web_crypto_test.json"})
  @DisplayName("JWT-05, JWT-07, JWT-26, JWT-29: every JWS vector agrees, or says why not")
  void signatures(String file) {
    Set<String> seen = new HashSet<>();
    Set<String> disagreements = new TreeSet<>();
    int accepted = 0;
    for (JsonElement element : Wycheproof.file(file).getAsJsonArray("testGroups")) {
      JsonObject group = element.getAsJsonObject();
      for (JsonElement test : group.getAsJsonArray("tests")) {
        JsonObject vector = test.getAsJsonObject();
        if (!vector.has("jws")) {
          continue;
        }
        boolean accepts = accepts(group, token(vector.get("jws")));
        accepted += accepts ? 1 : 0;
        String verdict = vector.get("result").getAsString();
        String name = text(group, "comment") + " " + text(vector, "comment") + " " + verdict;
        seen.add(name);
        if (accepts != verdict.equals("valid")) {
          disagreements.add(name);
        }
      }
    }
    Set<String> triaged = new TreeSet<>(TRIAGE.keySet());
    triaged.retainAll(seen);
    assertThat(disagreements).isEqualTo(triaged);
    assertThat(accepted).isPositive();
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  private static String token(JsonElement jws) {
    return jws.isJsonPrimitive() ? jws.getAsString() : jws.toString();
  }

  private static boolean accepts(JsonObject group, String token) {
    try {
      JwsParts parts = JwsParts.parse(token, header -> {});
      JwtSignatures.verify(
          parts.algorithm(),
          key(group),
          parts.signedBytes(),
          parts.signature(),
          SignatureProvider.platform());
      return true;
    } catch (SpiffeException e) {
      return false;
    }
  }

  /** The public half where there is one; of a symmetric key there is none. */
  private static PublicKey key(JsonObject group) {
    @Nullable JsonElement published = group.get("public");
    JsonObject set = (published == null ? group.get("private") : published).getAsJsonObject();
    JsonElement keys = set.get("keys");
    JsonObject jwk = keys == null ? set : keys.getAsJsonArray().get(0).getAsJsonObject();
    return Jwks.read(JsonReader.readObject(jwk.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
