package dev.spiffe4j.jwt.wit;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The audience of a proof (WPT §2): a target URI without query and fragment. Of equivalent
 * spellings (RFC 9110 §4.2.3) only those of scheme, host, default port and empty path are made one;
 * paths are never decoded.
 */
final class TargetUri {
  private static final int MAX_LENGTH = 8 * 1024;

  private TargetUri() {}

  /** The audience for a URI that we address or answer to. */
  static String of(URI uri) {
    String audience = normalized(uri);
    if (audience.isEmpty()) {
      throw new IllegalArgumentException(
          "target: expected an absolute https URI with a host and without user information");
    }
    return requireLength(audience);
  }

  /** An audience of the deployment's own choice. */
  static String ofName(String audience) {
    String start = audience.toLowerCase(Locale.ROOT);
    // WIT-SVID §7.3: never over a channel that is not secure.
    if (audience.isEmpty() || start.startsWith("http:") || start.startsWith("ws:")) {
      throw new IllegalArgumentException("audience: expected a name, and no insecure target");
    }
    return requireLength(normalized(audience));
  }

  private static String requireLength(String audience) {
    if (audience.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("audience: more than " + MAX_LENGTH + " characters");
    }
    return audience;
  }

  /**
   * What a proof says. With a query or fragment it says more than is compared, so that it stands
   * for itself and is of no target.
   */
  static String ofProof(String text) {
    return text.indexOf('?') < 0 && text.indexOf('#') < 0 ? normalized(text) : text;
  }

  /** Text that is not a target URI stands for itself. */
  private static String normalized(String text) {
    try {
      String audience = normalized(new URI(text));
      return audience.isEmpty() ? text : audience;
    } catch (URISyntaxException e) {
      return text;
    }
  }

  private static String normalized(URI uri) {
    if (!"https".equalsIgnoreCase(uri.getScheme())
        || uri.getHost() == null
        || uri.getRawUserInfo() != null) {
      return "";
    }
    int port = uri.getPort();
    String path = uri.getRawPath();
    return "https://"
        + uri.getHost().toLowerCase(Locale.ROOT)
        + (port == -1 || port == 443 ? "" : ":" + port)
        + (path.isEmpty() ? "/" : path);
  }
}
