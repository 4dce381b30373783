package dev.spiffe4j;

import java.util.Locale;

/** Names of hosts as name constraints compare them (RFC 5280 §4.2.1.10): by labels, ASCII only. */
final class HostNames {
  private static final int MAX_LENGTH = 255;

  private HostNames() {}

  /** Whether a text is labels with single dots between; an underscore is allowed in SPIFFE. */
  static boolean isHost(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    char before = '.';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' ? before == '.' : !isLabelChar(c)) {
        return false;
      }
      before = c;
    }
    return before != '.';
  }

  /** Whether a text is a host, or a star label in front of one. */
  static boolean isHostOrWildcard(String text) {
    return isHost(text.startsWith("*.") ? text.substring(2) : text);
  }

  /** Whether a host is a domain or below it. */
  static boolean isWithin(String host, String domain) {
    return host.equals(domain) || host.endsWith("." + domain);
  }

  /** Lower case, ASCII only, whatever the locale. */
  static String fold(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static boolean isLabelChar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }
}
