package dev.spiffe4j.attest.node;

/**
 * The node's half of node attestation (the Attester of RFC 9334): evidence, and answers to the
 * server's challenges. One object may serve several attestations, one after the other.
 */
public interface NodeAttestationClient {
  /**
   * The attestor's type.
   *
   * @return such as {@code join_token}
   */
  String type();

  /**
   * The evidence to begin with.
   *
   * @return the payload, not empty
   */
  byte[] payload();

  /**
   * Answers a challenge.
   *
   * @param challenge what the server sent
   * @return the answer, not empty
   */
  byte[] answer(byte[] challenge);
}
