package dev.spiffe4j;

/** Bytes or text are not the document they should be: a certificate, a key, a token, a bundle. */
public final class InvalidDocumentException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the document. */
  public enum Reason {
    /** There is nothing in it. */
    EMPTY,
    /** It is larger, or has more parts, than we are willing to read. */
    TOO_LARGE,
    /** Its encoding is broken. */
    MALFORMED,
    /** Bytes follow its end. */
    TRAILING_DATA,
    /** It breaks a rule of its SPIFFE profile. */
    BAD_PROFILE,
    /** Its SPIFFE ID is not one. */
    BAD_SPIFFE_ID,
    /** Its key and its certificate do not belong together. */
    KEY_MISMATCH,
    /** It has a kind or size of key that we do not handle. */
    UNSUPPORTED_KEY,
    /** It could not be read or written. */
    IO_ERROR,
    /** It is, or would be, a file that somebody else can read, replace or redirect. */
    UNSAFE_FILE
  }

  /** What is wrong. */
  private final Reason reason;

  /**
   * Makes an exception.
   *
   * @param reason what is wrong
   * @param message what is wrong, in words, without secrets
   */
  public InvalidDocumentException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Makes an exception with a cause.
   *
   * @param reason what is wrong
   * @param message what is wrong, in words, without secrets
   * @param cause what it came from
   */
  public InvalidDocumentException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  @Override
  public Reason reason() {
    return reason;
  }
}
