package dev.spiffe4j.benchmarks;

/** Texts of SPIFFE IDs. */
final class Ids {
  private static final String SHORT = "spiffe://example.org/ns/default/sa/web";

  private Ids() {}

  static String valid(String size) {
    return switch (size) {
      case "short" -> SHORT;
      case "1k" -> padded(1024);
      case "2k" -> padded(2048);
      default -> throw new IllegalArgumentException(size);
    };
  }

  /** Segments of 16 characters, the last one longer. */
  private static String padded(int length) {
    StringBuilder text = new StringBuilder(SHORT);
    while (text.length() + 34 < length) {
      text.append("/a-Segment_0.16b");
    }
    text.append('/');
    return text.append("x".repeat(length - text.length())).toString();
  }

  static String invalid(String fault) {
    return switch (fault) {
      case "path" -> SHORT + "/a%20b";
      case "trustDomain" -> "spiffe://exam%ple.org/ns/default/sa/web";
      case "scheme" -> "https://example.org/ns/default/sa/web";
      default -> throw new IllegalArgumentException(fault);
    };
  }
}
