package dev.spiffe4j.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One file of vectors, as it is made. */
final class Vectors {
  static final Path ROWS = Path.of("rows.tsv");
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final Map<String, String[]> ROW = rows();
  private static final Map<String, String> DOCUMENT =
      Map.of(
          "ID", "SPIFFE-ID",
          "X509", "X509-SVID",
          "JWT", "JWT-SVID",
          "WIT", "WIT-SVID",
          "BND", "SPIFFE Trust Domain and Bundle");

  private final String kind;
  private final JsonArray vectors = new JsonArray();
  private final Set<String> ids = new HashSet<>();

  Vectors(String kind) {
    this.kind = kind;
  }

  private static Map<String, String[]> rows() {
    Map<String, String[]> rows = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(ROWS)) {
        if (!line.startsWith("#")) {
          String[] row = line.split("\t", -1);
          rows.put(row[0], row);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  String kind() {
    return kind;
  }

  void accept(String rows, String name, JsonObject input, JsonObject expected) {
    JsonObject vector = begin(rows, name, input, "accept");
    vector.add("expected", expected);
    vectors.add(vector);
  }

  void reject(String rows, String name, JsonObject input, String reason) {
    JsonObject vector = begin(rows, name, input, "reject");
    vector.addProperty("reason", reason);
    vectors.add(vector);
  }

  private JsonObject begin(String rows, String name, JsonObject input, String result) {
    String id = kind + "/" + name;
    if (!ids.add(id)) {
      throw new IllegalStateException("twice: " + id);
    }
    JsonObject vector = new JsonObject();
    vector.addProperty("id", id);
    JsonArray list = new JsonArray();
    for (String row : rows.split(" ", -1)) {
      list.add(row);
    }
    String[] row = ROW.get(rows.split(" ", -1)[0]);
    if (row == null) {
      throw new IllegalStateException("no row " + rows);
    }
    vector.add("rows", list);
    vector.addProperty("level", row[1].replaceAll(" NOT|\\*", ""));
    vector.addProperty("section", DOCUMENT.get(row[0].split("-", -1)[0]) + " §" + row[2]);
    vector.addProperty("rule", row[3]);
    vector.add("input", input);
    vector.addProperty("result", result);
    return vector;
  }

  String toJson() {
    JsonObject file = new JsonObject();
    file.addProperty("$schema", "../schema.json");
    file.addProperty("version", 1);
    file.addProperty("kind", kind);
    file.add("vectors", vectors);
    StringBuilder out = new StringBuilder();
    for (char c : (GSON.toJson(file) + "\n").toCharArray()) {
      out.append(c < 0x7f ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return out.toString();
  }

  static JsonObject object(Object... members) {
    JsonObject object = new JsonObject();
    for (int i = 0; i < members.length; i += 2) {
      object.add((String) members[i], element(members[i + 1]));
    }
    return object;
  }

  static JsonArray array(Object... elements) {
    JsonArray array = new JsonArray();
    for (Object element : elements) {
      array.add(element(element));
    }
    return array;
  }

  private static JsonElement element(Object value) {
    return value instanceof JsonElement element ? element : GSON.toJsonTree(value);
  }
}
