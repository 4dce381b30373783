package dev.spiffe4j.jwt.jose;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what {@link JsonReader} reads: compact, in the order given. */
public final class JsonWriter {
  private final StringBuilder out = new StringBuilder();

  private JsonWriter() {}

  /**
   * Writes an object as UTF-8.
   *
   * @throws IllegalArgumentException if a value has no JSON form, or is too deep to be read back
   */
  public static byte[] write(Map<String, ?> object) {
    JsonWriter writer = new JsonWriter();
    writer.object(object, 1);
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(writer.out));
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      // What is written may be a private key.
      bytes.clear().put(new byte[bytes.capacity()]);
      return copy;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a string has half a surrogate pair", e);
    }
  }

  private void value(Object value, int depth) {
    if (depth > JsonReader.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "values nest deeper than " + JsonReader.MAX_DEPTH + " levels");
    }
    if (value instanceof String string) {
      string(string);
    } else if (value instanceof Boolean
        || value instanceof Long
        || value instanceof Integer
        || (value instanceof Double number && Double.isFinite(number))) {
      out.append(value);
    } else if (value instanceof Map<?, ?> map) {
      object(map, depth);
    } else if (value instanceof List<?> list) {
      array(list, depth);
    } else {
      // The value itself may be anything, also a secret.
      throw new IllegalArgumentException(
          "value of "
              + (value == null ? "null" : value.getClass())
              + " (expected: String, Boolean, Integer, Long, finite Double, List or Map)");
    }
  }

  private void object(Map<?, ?> members, int depth) {
    out.append('{');
    Iterator<? extends Map.Entry<?, ?>> entries = members.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      if (!(entry.getKey() instanceof String name)) {
        throw new IllegalArgumentException("a name that is not a String");
      }
      string(name);
      out.append(':');
      value(entry.getValue(), depth + 1);
      out.append(entries.hasNext() ? "," : "");
    }
    out.append('}');
  }

  private void array(List<?> elements, int depth) {
    out.append('[');
    Iterator<?> values = elements.iterator();
    while (values.hasNext()) {
      value(values.next(), depth + 1);
      out.append(values.hasNext() ? "," : "");
    }
    out.append(']');
  }

  private void string(String string) {
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
