package dev.spiffe4j.attest.node;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.AttestationException.Reason;
import java.nio.charset.StandardCharsets;

/**
 * Proves a node by a token that the server's operator made for it. The server takes it once.
 * Immutable and thread-safe; never prints the token.
 */
public final class JoinTokenAttestation implements NodeAttestationClient {
  private static final String TYPE = "join_token";

  private final String token;

  private JoinTokenAttestation(String token) {
    this.token = token;
  }

  /**
   * Makes a proof.
   *
   * @param token the token, as the server gave it
   * @return the proof
   * @throws IllegalArgumentException if the token is empty
   */
  public static JoinTokenAttestation of(String token) {
    if (requireNonNull(token, "token").isEmpty()) {
      throw new IllegalArgumentException("token: empty");
    }
    return new JoinTokenAttestation(token);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public byte[] payload() {
    return token.getBytes(StandardCharsets.UTF_8);
  }

  /** A server that asks more is not one that takes join tokens. */
  @Override
  public byte[] answer(byte[] challenge) {
    throw new AttestationException(
        Reason.MALFORMED_EVIDENCE, TYPE, "a join token answers no challenge");
  }

  @Override
  public String toString() {
    return "JoinTokenAttestation[redacted]";
  }
}
