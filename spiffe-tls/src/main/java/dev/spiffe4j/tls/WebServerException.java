package dev.spiffe4j.tls;

import dev.spiffe4j.SpiffeException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/**
 * A server of the Web PKI was refused. A {@link TlsTrace} is told so; who has made the connection
 * has the JDK's own exception, which is the cause of this one.
 */
public final class WebServerException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** Why the server was refused. */
  public enum Reason {
    /** The validity of a certificate has ended. */
    EXPIRED,
    /** The validity of a certificate has not begun. */
    NOT_YET_VALID,
    /** The certificate is for another host. */
    WRONG_NAME,
    /** No path leads to an authority, or not one that may be used for this. */
    UNTRUSTED_CHAIN,
    /** Endpoint identification was switched off, so that any certificate would have done. */
    NOT_IDENTIFIED
  }

  /** More than any failure has; chains of causes can be circles. */
  private static final int MAX_CAUSES = 20;

  /** Which it is. */
  private final Reason reason;

  WebServerException(Reason reason, CertificateException cause) {
    super(String.valueOf(cause.getMessage()), cause);
    this.reason = reason;
  }

  /** What the JDK's trust manager has refused. */
  static WebServerException of(CertificateException refusal) {
    return new WebServerException(reason(refusal), refusal);
  }

  private static Reason reason(CertificateException refusal) {
    Throwable cause = refusal;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (cause instanceof CertificateExpiredException) {
        return Reason.EXPIRED;
      }
      if (cause instanceof CertificateNotYetValidException) {
        return Reason.NOT_YET_VALID;
      }
      cause = cause.getCause();
    }
    // Only the check of names, which comes last, throws the bare class and has no cause.
    return refusal.getClass() == CertificateException.class && refusal.getCause() == null
        ? Reason.WRONG_NAME
        : Reason.UNTRUSTED_CHAIN;
  }

  @Override
  public Reason reason() {
    return reason;
  }
}
