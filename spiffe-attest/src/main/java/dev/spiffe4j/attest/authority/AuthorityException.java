package dev.spiffe4j.attest.authority;

import dev.spiffe4j.SpiffeException;

/** An authority could not sign, or could not be changed. */
public final class AuthorityException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** There is no authority that could sign now. */
    NOT_READY,
    /** There is no prepared authority that could be activated. */
    NOT_PREPARED,
    /** The authority named is not the old one. */
    NOT_OLD,
    /** The key cannot be made, reached or used. */
    KEY_UNAVAILABLE,
    /** What was signed is not what should have been; it was thrown away. */
    BAD_RESULT
  }

  /** Why. */
  private final Reason reason;

  /**
   * Makes an exception.
   *
   * @param reason why
   * @param message why, in words, without secrets
   */
  public AuthorityException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Makes an exception with a cause.
   *
   * @param reason why
   * @param message why, in words, without secrets
   * @param cause what it came from
   */
  public AuthorityException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  @Override
  public Reason reason() {
    return reason;
  }
}
