package dev.spiffe4j;

import dev.spiffe4j.InvalidSpiffeIdException.Reason;

/**
 * The one reader of SPIFFE-ID §2, for strings, SANs, claims and map keys alike. It works on single
 * characters, so that no URI library's decoding or folding can make two readers disagree.
 */
final class SpiffeIdSyntax {
  static final String PREFIX = "spiffe://";
  static final int MAX_LENGTH = 2048;

  private static final int SHOWN = 64;

  private SpiffeIdSyntax() {}

  /** Checks a whole ID and returns where its path begins (its length if it has none). */
  static int checkId(String text) {
    if (text.isEmpty()) {
      throw invalid(Reason.EMPTY, 0, text, "is empty");
    }
    // §2.3: counted in bytes; every character that may pass below is one byte.
    if (text.length() > MAX_LENGTH) {
      throw invalid(Reason.TOO_LONG, MAX_LENGTH, text, "is longer than 2048 bytes");
    }
    // §2.1 wants lower case, and folding would make two strings one identity.
    if (!text.startsWith(PREFIX)) {
      throw invalid(Reason.WRONG_SCHEME, 0, text, "does not begin with spiffe://");
    }
    int slash = text.indexOf('/', PREFIX.length());
    int pathStart = slash < 0 ? text.length() : slash;
    checkTrustDomain(text, PREFIX.length(), pathStart);
    checkPath(text, pathStart);
    return pathStart;
  }

  static void checkTrustDomain(String text, int from, int to) {
    if (from == to) {
      throw invalid(Reason.MISSING_TRUST_DOMAIN, from, text, "has no trust domain");
    }
    if (to - from > TrustDomain.MAX_LENGTH) {
      throw invalid(
          Reason.TRUST_DOMAIN_TOO_LONG,
          from + TrustDomain.MAX_LENGTH,
          text,
          "has a trust domain longer than 255 bytes");
    }
    for (int i = from; i < to; i++) {
      if (!isTrustDomainChar(text.charAt(i))) {
        throw invalid(
            Reason.BAD_TRUST_DOMAIN_CHARACTER,
            i,
            text,
            "has a trust domain character outside a-z 0-9 . - _");
      }
    }
  }

  /** Checks a path, which is nothing, or segments with a slash before each (§2.2). */
  private static void checkPath(String text, int from) {
    int i = from;
    while (i < text.length()) {
      int end = text.indexOf('/', i + 1);
      int segmentEnd = end < 0 ? text.length() : end;
      checkSegment(text, i + 1, segmentEnd);
      i = segmentEnd;
    }
  }

  static void checkSegment(String text, int from, int to) {
    if (from == to) {
      throw from == text.length() && from > 0
          ? invalid(Reason.TRAILING_SLASH, from - 1, text, "ends in a slash")
          : invalid(Reason.EMPTY_SEGMENT, from, text, "has an empty path segment");
    }
    for (int i = from; i < to; i++) {
      if (!isSegmentChar(text.charAt(i))) {
        throw invalid(
            Reason.BAD_PATH_CHARACTER, i, text, "has a path character outside a-z A-Z 0-9 . - _");
      }
    }
    if (isDots(text, from, to)) {
      throw invalid(Reason.DOT_SEGMENT, from, text, "has a . or .. path segment");
    }
  }

  private static boolean isDots(String text, int from, int to) {
    int length = to - from;
    return length <= 2 && text.charAt(from) == '.' && text.charAt(to - 1) == '.';
  }

  private static boolean isTrustDomainChar(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  }

  private static boolean isSegmentChar(char c) {
    return isTrustDomainChar(c) || (c >= 'A' && c <= 'Z');
  }

  private static InvalidSpiffeIdException invalid(
      Reason reason, int offset, String text, String problem) {
    return new InvalidSpiffeIdException(reason, offset, "'" + printable(text) + "' " + problem);
  }

  /** Cuts and escapes untrusted text for a message. */
  static String printable(String text) {
    StringBuilder out = new StringBuilder(SHOWN + 1);
    for (int i = 0; i < text.length() && i < SHOWN; i++) {
      char c = text.charAt(i);
      out.append(c >= 0x20 && c < 0x7f ? c : '?');
    }
    return text.length() > SHOWN ? out.append("...").toString() : out.toString();
  }
}
