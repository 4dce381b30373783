package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reader of JSON objects (RFC 8259) that takes no liberties: valid UTF-8, no name twice, no lone
 * surrogates, no data after the end, bounded depth. What two readers could understand differently
 * is refused, because an attacker would pick the difference.
 *
 * <p>Values are {@link String}, {@link Long} (integers that fit), {@link Double} (other numbers,
 * finite), {@link Boolean}, null, {@link List} and {@link Map}.
 */
public final class JsonReader {
  static final int MAX_DEPTH = 32;
  private static final int MAX_NUMBER_LENGTH = 64;

  private final String text;
  private int position;

  private JsonReader(String text) {
    this.text = text;
  }

  /** Reads a document that is one object. The caller has bounded its size. */
  public static Map<String, @Nullable Object> readObject(byte[] utf8) {
    JsonReader reader = new JsonReader(decode(utf8));
    reader.skipSpace();
    if (reader.peek() != '{') {
      throw reader.malformed("is not an object");
    }
    Map<String, @Nullable Object> object = reader.object(1);
    reader.skipSpace();
    if (reader.position < reader.text.length()) {
      throw new InvalidDocumentException(Reason.TRAILING_DATA, "JSON has data after its end");
    }
    return object;
  }

  private static String decode(byte[] utf8) {
    try {
      // Unlike a String's constructor, this decoder does not replace what is not UTF-8.
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidDocumentException(Reason.MALFORMED, "JSON is not UTF-8", e);
    }
  }

  private @Nullable Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "JSON is deeper than " + MAX_DEPTH + " levels");
    }
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> literal("true", true);
      case 'f' -> literal("false", false);
      case 'n' -> literal("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    position++;
    skipSpace();
    if (accept('}')) {
      return members;
    }
    do {
      skipSpace();
      String name = string();
      // Parsers disagree on which of two wins (RFC 8259 §4), so that neither may.
      if (members.containsKey(name)) {
        throw malformed("has a name twice in one object");
      }
      skipSpace();
      require(':');
      skipSpace();
      members.put(name, value(depth + 1));
      skipSpace();
    } while (accept(','));
    require('}');
    return members;
  }

  private List<@Nullable Object> array(int depth) {
    List<@Nullable Object> elements = new ArrayList<>();
    position++;
    skipSpace();
    if (accept(']')) {
      return elements;
    }
    do {
      skipSpace();
      elements.add(value(depth + 1));
      skipSpace();
    } while (accept(','));
    require(']');
    return elements;
  }

  private String string() {
    require('"');
    int start = position;
    while (true) {
      char c = next();
      if (c == '"') {
        // Decoded UTF-8 has no half pairs; only an escape can make one.
        return text.substring(start, position - 1);
      }
      if (c == '\\') {
        position--;
        return escapedString(start);
      }
      requireNoControl(c);
    }
  }

  private String escapedString(int start) {
    StringBuilder out = new StringBuilder(text.substring(start, position));
    while (!accept('"')) {
      char c = next();
      requireNoControl(c);
      out.append(c == '\\' ? escape() : c);
    }
    requireWholeCharacters(out);
    return out.toString();
  }

  private void requireNoControl(char c) {
    if (c < 0x20) {
      throw malformed("has a control character in a string");
    }
  }

  private char escape() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unit();
      default -> throw malformed("has an unknown escape");
    };
  }

  private char unit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      char c = next();
      // Character.digit also knows digits that are not ASCII.
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw malformed("has an escape that is not hexadecimal");
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  private void requireWholeCharacters(CharSequence string) {
    // A code point that is still a surrogate has lost its other half.
    if (string.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw malformed("has half a surrogate pair");
    }
  }

  private @Nullable Object literal(String word, @Nullable Object value) {
    if (!text.startsWith(word, position)) {
      throw malformed("has an unknown word");
    }
    position += word.length();
    return value;
  }

  private Object number() {
    int start = position;
    boolean integer = true;
    accept('-');
    // RFC 8259 §6: no leading zeros.
    if (!accept('0')) {
      digits();
    }
    if (accept('.')) {
      integer = false;
      digits();
    }
    if (accept('e') || accept('E')) {
      integer = false;
      if (!accept('+')) {
        accept('-');
      }
      digits();
    }
    return number(text.substring(start, position), integer);
  }

  private Object number(String digits, boolean integer) {
    if (digits.length() > MAX_NUMBER_LENGTH) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "JSON has a number of more than " + MAX_NUMBER_LENGTH + " characters");
    }
    if (integer) {
      try {
        return Long.valueOf(digits);
      } catch (NumberFormatException e) {
        // Larger than a long: read as other numbers are.
      }
    }
    double number = Double.parseDouble(digits);
    if (Double.isInfinite(number)) {
      throw malformed("has a number that is out of range");
    }
    return number;
  }

  private void digits() {
    int start = position;
    while (peek() >= '0' && peek() <= '9') {
      position++;
    }
    if (position == start) {
      throw malformed("has an unexpected character");
    }
  }

  private void skipSpace() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
      position++;
    }
  }

  /** The next character, or a NUL at the end: a NUL is nowhere allowed. */
  private char peek() {
    return position < text.length() ? text.charAt(position) : 0;
  }

  private char next() {
    if (position == text.length()) {
      throw malformed("ends early");
    }
    return text.charAt(position++);
  }

  private boolean accept(char c) {
    if (peek() != c) {
      return false;
    }
    position++;
    return true;
  }

  private void require(char c) {
    if (!accept(c)) {
      throw malformed("has an unexpected character");
    }
  }

  private InvalidDocumentException malformed(String problem) {
    return new InvalidDocumentException(
        Reason.MALFORMED, "JSON " + problem + " (offset " + position + ")");
  }
}
