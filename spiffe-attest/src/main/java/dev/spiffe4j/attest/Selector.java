package dev.spiffe4j.attest;

/**
 * One attested fact about a process or a node, such as {@code unix:uid:1000}: the attestor's type
 * and what it found.
 *
 * @param type the attestor's type, without a colon
 * @param value what it found
 */
public record Selector(String type, String value) implements Comparable<Selector> {
  /**
   * Makes a selector.
   *
   * @param type the attestor's type, without a colon
   * @param value what it found
   * @throws IllegalArgumentException if the type is empty or has a colon, or the value is empty
   */
  public Selector {
    if (type.isEmpty() || type.indexOf(':') >= 0) {
      throw new IllegalArgumentException("type: '" + type + "' (expected: a name without colon)");
    }
    if (value.isEmpty()) {
      throw new IllegalArgumentException("value: empty");
    }
  }

  /**
   * Parses {@code type:value}.
   *
   * @param text such as {@code unix:uid:1000}
   * @return the selector
   * @throws IllegalArgumentException if the type or the value is missing
   */
  public static Selector parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("selector: '" + text + "' (expected: type:value)");
    }
    return new Selector(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public int compareTo(Selector other) {
    int byType = type.compareTo(other.type);
    return byType != 0 ? byType : value.compareTo(other.value);
  }

  /** Returns {@code type:value}, which {@link #parse} reads back. */
  @Override
  public String toString() {
    return type + ":" + value;
  }
}
