package dev.spiffe4j.tls.matrix;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import org.jspecify.annotations.Nullable;

/**
 * Why the JDK refuses a server of the Web PKI, as far as it tells by the type of its exceptions.
 */
final class WebRefusal {
  private WebRefusal() {}

  static String of(@Nullable Throwable failure) {
    Throwable last = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "expired";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "not begun";
      }
      if (cause instanceof CertPathBuilderException) {
        return "untrusted";
      }
      last = cause;
    }
    return last instanceof CertificateException name
        ? String.valueOf(name.getMessage()).replaceAll("No .*DNS name matching.*", "no such name")
        : "not refused by the Web PKI: " + failure;
  }
}
