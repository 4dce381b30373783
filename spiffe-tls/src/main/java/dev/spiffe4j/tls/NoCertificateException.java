package dev.spiffe4j.tls;

/**
 * A handshake cannot go on, because of what this side has to present. The cause says why.
 *
 * <p>A key manager has no checked exception to throw, and this is the one unchecked kind that every
 * JDK's JSSE turns into an alert and an {@code SSLException}. Engines of JDK 17 swallow any other
 * until the next record arrives, which never does: the connection would hang.
 */
final class NoCertificateException extends UnsupportedOperationException {
  private static final long serialVersionUID = 1L;

  NoCertificateException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }
}
