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

  private static final byte ANYWHERE = 1;
  private static final byte IN_PATHS = 2;

  /** Where each character may stand; one look instead of a row of comparisons. */
  private static final byte[] ALLOWED = allowed();

  private static byte[] allowed() {
    byte[] allowed = new byte[128];
    for (char c : "abcdefghijklmnopqrstuvwxyz0123456789.-_".toCharArray()) {
      allowed[c] = ANYWHERE | IN_PATHS;
    }
    for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZ".toCharArray()) {
      allowed[c] = IN_PATHS;
    }
    return allowed;
  }

  private SpiffeIdSyntax() {}

  /** Checks a whole ID and returns where its path begins (its length if it has none). */
  static int checkId(String text) {
    int pathStart = PlainSpiffeId.pathStart(text);
    return pathStart < 0 ? checkEach(text) : pathStart;
  }

  /** The same, one character after the other. */
  static int checkEach(String text) {
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
    int end = skip(text, from, to, ANYWHERE);
    if (end < to) {
      throw invalid(
          Reason.BAD_TRUST_DOMAIN_CHARACTER,
          end,
          text,
          "has a trust domain character outside a-z 0-9 . - _");
    }
  }

  /** Where the first character stands that may not, or the end. */
  private static int skip(String text, int from, int to, byte place) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c >= ALLOWED.length || (ALLOWED[c] & place) == 0) {
        return i;
      }
    }
    return to;
  }

  /** Where a trust domain ends, or what is none. */
  static int skipTrustDomain(byte[] id, int from) {
    int i = from;
    while (i < id.length && id[i] >= 0 && (ALLOWED[id[i]] & ANYWHERE) != 0) {
      i++;
    }
    return i;
  }

  static boolean isAllowedInPaths(byte character) {
    return character >= 0 && (ALLOWED[character] & IN_PATHS) != 0;
  }

  /** Checks a path, which is nothing, or segments with a slash before each (§2.2). */
  private static void checkPath(String text, int from) {
    int length = text.length();
    int slash = from;
    while (slash < length) {
      int end = skip(text, slash + 1, length, IN_PATHS);
      boolean isWhole = end == length || text.charAt(end) == '/';
      checkSegment(text, slash + 1, isWhole ? end : end + 1, end);
      slash = end;
    }
  }

  static void checkSegment(String text, int from, int to) {
    checkSegment(text, from, to, skip(text, from, to, IN_PATHS));
  }

  private static void checkSegment(String text, int from, int to, int good) {
    if (from == to) {
      throw from == text.length() && from > 0
          ? invalid(Reason.TRAILING_SLASH, from - 1, text, "ends in a slash")
          : invalid(Reason.EMPTY_SEGMENT, from, text, "has an empty path segment");
    }
    if (good < to) {
      throw invalid(
          Reason.BAD_PATH_CHARACTER, good, text, "has a path character outside a-z A-Z 0-9 . - _");
    }
    if (isDots(text, from, to)) {
      throw invalid(Reason.DOT_SEGMENT, from, text, "has a . or .. path segment");
    }
  }

  private static boolean isDots(String text, int from, int to) {
    int length = to - from;
    return length <= 2 && text.charAt(from) == '.' && text.charAt(to - 1) == '.';
  }

  private static InvalidSpiffeIdException invalid(
      Reason reason, int offset, String text, String problem) {
    // Hostile peers have it made often, and this is the cheapest way to join.
    String message = "'".concat(printable(text)).concat("' ").concat(problem);
    return new InvalidSpiffeIdException(reason, offset, message);
  }

  /** Cuts and escapes untrusted text for a message. */
  static String printable(String text) {
    return text.length() <= SHOWN && isPrintable(text) ? text : escaped(text);
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(SHOWN + 1);
    for (int i = 0; i < text.length() && i < SHOWN; i++) {
      char c = text.charAt(i);
      out.append(isPrintable(c) ? c : '?');
    }
    return text.length() > SHOWN ? out.append("...").toString() : out.toString();
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPrintable(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(int c) {
    return c >= 0x20 && c < 0x7f;
  }
}
