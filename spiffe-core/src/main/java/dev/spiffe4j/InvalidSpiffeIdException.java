package dev.spiffe4j;

/**
 * A text is not a SPIFFE ID, or not a trust domain name.
 *
 * <p>It has no stack trace: whoever sends us such texts would otherwise make us pay for one far
 * more than for reading the text. What wraps it has one.
 */
public final class InvalidSpiffeIdException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** The rule of SPIFFE-ID §2 that the text breaks. */
  public enum Reason {
    /** Nothing at all was given. */
    EMPTY,
    /** More than 2048 bytes (§2.3). */
    TOO_LONG,
    /** Does not begin with exactly {@code spiffe://} (§2). */
    WRONG_SCHEME,
    /** The trust domain name has no characters (§2.1). */
    MISSING_TRUST_DOMAIN,
    /** A trust domain name of more than 255 bytes (§2.3). */
    TRUST_DOMAIN_TOO_LONG,
    /** A trust domain character outside {@code a-z 0-9 . - _} (§2.1). */
    BAD_TRUST_DOMAIN_CHARACTER,
    /** A path character outside {@code a-z A-Z 0-9 . - _} (§2.2). */
    BAD_PATH_CHARACTER,
    /** A path segment without characters (§2.2). */
    EMPTY_SEGMENT,
    /** A path segment that is {@code .} or {@code ..} (§2.2). */
    DOT_SEGMENT,
    /** A path that ends in a slash (§2.2). */
    TRAILING_SLASH
  }

  /** The rule broken. */
  private final Reason reason;

  /** Where. */
  private final int offset;

  InvalidSpiffeIdException(Reason reason, int offset, String message) {
    super(message, false);
    this.reason = reason;
    this.offset = offset;
  }

  @Override
  public Reason reason() {
    return reason;
  }

  /**
   * Where in the text the rule is broken.
   *
   * @return the index of the first offending character
   */
  public int offset() {
    return offset;
  }
}
