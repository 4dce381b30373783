package dev.spiffe4j.tls;

import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What engines say when a client presents nothing. The words are of this side and not of the peer,
 * which cannot make a failure look like this one.
 */
final class NoClientCertificate {
  /** SunJSSE, and BoringSSL and OpenSSL, which write it with and without underscores. */
  private static final List<String> MESSAGES =
      List.of("empty client certificate chain", "peer did not return a certificate");

  /** More than any failure has; chains of causes can be circles. */
  private static final int MAX_CAUSES = 20;

  private NoClientCertificate() {}

  static boolean isCauseOf(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (cause instanceof SSLException && says(cause.getMessage())) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static boolean says(@Nullable String message) {
    String text = String.valueOf(message).toLowerCase(Locale.ROOT).replace('_', ' ');
    return MESSAGES.stream().anyMatch(text::contains);
  }
}
