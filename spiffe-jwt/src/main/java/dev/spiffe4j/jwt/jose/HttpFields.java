package dev.spiffe4j.jwt.jose;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The header fields of a request (RFC 9110 §5), by name in any case. Unmodified once made. */
public final class HttpFields {
  private final Map<String, List<String>> byName = new HashMap<>();

  private HttpFields() {}

  public static HttpFields of(Map<String, List<String>> fields) {
    HttpFields copy = new HttpFields();
    fields.forEach(
        (name, values) ->
            values.forEach(
                value ->
                    copy.byName
                        .computeIfAbsent(lowerCase(name), n -> new ArrayList<>())
                        .add(trimmed(value))));
    return copy;
  }

  /** Every value of a field, without the white space around it. */
  public List<String> values(String name) {
    return byName.getOrDefault(lowerCase(name), List.of());
  }

  /**
   * §5.1, of ASCII only: for Java the Kelvin sign is a k in another case, for a proxy that removes
   * fields it is another name.
   */
  public static String lowerCase(String name) {
    StringBuilder lower = new StringBuilder(name);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c | 0x20));
      }
    }
    return lower.toString();
  }

  /** Without the white space that senders and proxies put around values (§5.5), and no other. */
  public static String trimmed(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isBlank(value.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
