package dev.spiffe4j.attest.node;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.store.JoinTokenStore;
import java.time.InstantSource;

/**
 * The server's half of node attestation (the Verifier of RFC 9334): appraises evidence.
 * Implementations are thread-safe.
 */
public interface NodeAttestor {
  /**
   * Attests by join tokens, the type {@code join_token}.
   *
   * @param trustDomain of the agents
   * @param tokens where the tokens are
   * @param clock what tells when they expire
   * @return the attestor
   */
  static NodeAttestor joinToken(
      TrustDomain trustDomain, JoinTokenStore tokens, InstantSource clock) {
    return new JoinTokenAttestor(trustDomain, tokens, clock);
  }

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
