package dev.spiffe4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.GsonNode;
import dev.spiffe4j.SpiffeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs the vectors, and holds them to their schema and to what makes them. */
class ConformanceTest {
  private static final Path FOLDER = Path.of("vectors");

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  @TestFactory
  List<DynamicTest> vectors() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path file : files()) {
      JsonObject root = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      for (JsonElement one : root.getAsJsonArray("vectors")) {
        JsonObject vector = one.getAsJsonObject();
        List<String> rows =
            vector.getAsJsonArray("rows").asList().stream().map(JsonElement::getAsString).toList();
        String name = String.join(", ", rows) + " " + vector.get("id").getAsString();
        tests.add(dynamicTest(name, () -> check(root.get("kind").getAsString(), vector)));
      }
    }
    assertThat(tests).hasSizeGreaterThan(500);
    return tests;
  }

  private static void check(String kind, JsonObject vector) {
    JsonObject actual = run(kind, vector.getAsJsonObject("input"));
    if (vector.get("result").getAsString().equals("reject")) {
      assertThat(actual.get("reason")).isEqualTo(vector.get("reason"));
      return;
    }
    assertThat(actual.has("reason")).as("refused: %s", actual).isFalse();
    JsonObject expected = vector.getAsJsonObject("expected");
    for (Map.Entry<String, JsonElement> member : expected.entrySet()) {
      assertThat(actual.get(member.getKey())).as(member.getKey()).isEqualTo(member.getValue());
    }
    // What is not expected must not be there: a hint, a number.
    if (kind.equals("spiffe-bundle")) {
      assertThat(actual.keySet()).isEqualTo(expected.keySet());
    }
  }

  private static JsonObject run(String kind, JsonObject input) {
    try {
      return Runner.run(kind, input);
    } catch (SpiffeException e) {
      // The words are those of our reasons.
      return Vectors.object(
          "reason", String.valueOf(e.reason()).toLowerCase(Locale.ROOT).replace('_', '-'));
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("every file keeps the schema")
  void schema() throws IOException {
    String schema = Files.readString(Path.of("schema.json"));
    ValidatorFactory factory = new ValidatorFactory().withJsonNodeFactory(new GsonNode.Factory());
    for (Path file : files()) {
      assertThat(factory.validate(schema, Files.readString(file)).getErrors())
          .as(file.toString())
          .isEmpty();
    }
    String bad =
        Files.readString(FOLDER.resolve("trust-domain.json"))
            .replaceFirst("\"reject\"", "\"maybe\"");
    assertThat(factory.validate(schema, bad).isValid()).isFalse();
  }

  @Test
  @DisplayName("the files are those that the generator makes, byte for byte")
  void generated() throws IOException {
    List<Vectors> all =
        List.of(
            new IdVectors().ids(),
            new IdVectors().names(),
            new X509Vectors().make(),
            new JwtVectors().make(),
            new WitVectors().svids(),
            new WitVectors().proofs(),
            new BundleVectors().bundles(),
            new BundleVectors().maps());
    if (Boolean.getBoolean("conformance.write")) {
      for (Vectors vectors : all) {
        Files.writeString(FOLDER.resolve(vectors.kind() + ".json"), vectors.toJson());
      }
    }
    assertThat(files()).hasSize(all.size());
    for (Vectors vectors : all) {
      assertThat(
              Files.readString(FOLDER.resolve(vectors.kind() + ".json")).equals(vectors.toJson()))
          .as(vectors.kind())
          .isTrue();
    }
  }
}
