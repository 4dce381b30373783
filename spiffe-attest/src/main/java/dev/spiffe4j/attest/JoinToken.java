package dev.spiffe4j.attest;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * A secret that attests one node, once. Whoever has it first becomes that node. Immutable and
 * thread-safe; never prints its value.
 */
public final class JoinToken {
  private final String value;
  private final Instant expiresAt;

  private JoinToken(String value, Instant expiresAt) {
    this.value = requireNonNull(value, "value");
    this.expiresAt = requireNonNull(expiresAt, "expiresAt");
  }

  /**
   * Makes a token.
   *
   * @param value the secret
   * @param expiresAt from when on it is worth nothing
   * @return the token
   */
  public static JoinToken of(String value, Instant expiresAt) {
    return new JoinToken(value, expiresAt);
  }

  /**
   * The secret itself, for the node.
   *
   * @return the value
   */
  public String value() {
    return value;
  }

  /**
   * The end of its validity.
   *
   * @return from when on it is worth nothing
   */
  public Instant expiresAt() {
    return expiresAt;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JoinToken that
        && expiresAt.equals(that.expiresAt)
        && MessageDigest.isEqual(bytes(value), bytes(that.value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int hashCode() {
    return expiresAt.hashCode();
  }

  /** Returns the expiry and nothing of the value. */
  @Override
  public String toString() {
    return "JoinToken[redacted, expires " + expiresAt + "]";
  }
}
