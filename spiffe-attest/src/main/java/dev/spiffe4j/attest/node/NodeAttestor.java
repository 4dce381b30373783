package dev.spiffe4j.attest.node;

import dev.spiffe4j.attest.AttestationException;

/**
 * The server's half of node attestation (the Verifier of RFC 9334): appraises evidence.
 * Implementations are thread-safe.
 */
public interface NodeAttestor {
  /**
   * The attestor's type.
   *
   * @return such as {@code join_token}
   */
  String type();

  /**
   * Appraises evidence.
   *
   * @param payload what the node sent first, not empty
   * @param challenger asks the node
   * @return which node it is
   * @throws AttestationException if the evidence does not hold
   */
  NodeAttestation attest(byte[] payload, Challenger challenger);

  /** Asks the node that is being attested, as often as the attestor needs. */
  @FunctionalInterface
  interface Challenger {
    /**
     * Sends a challenge and waits, for a bounded time, for the answer.
     *
     * @param challenge the challenge
     * @return the node's answer
     */
    byte[] challenge(byte[] challenge);
  }
}
