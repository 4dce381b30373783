package dev.spiffe4j;

/**
 * The root of everything that this library throws when the world said no.
 *
 * <p>A caller's own mistake is a {@link NullPointerException}, {@link IllegalArgumentException} or
 * {@link IllegalStateException} instead, and a bug of ours an {@link AssertionError}.
 */
public abstract class SpiffeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception without a cause.
   *
   * @param message what happened; never holds a key, a token or a nonce
   */
  protected SpiffeException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what happened; never holds a key, a token or a nonce
   * @param cause what it came from
   */
  protected SpiffeException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Makes an exception that may do without a stack trace. */
  SpiffeException(String message, boolean writableStackTrace) {
    super(message, null, true, writableStackTrace);
  }

  /**
   * Why, as a constant that a program can switch on.
   *
   * @return a constant of the {@code Reason} enum of the subclass
   */
  public abstract Enum<?> reason();
}
