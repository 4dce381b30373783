package dev.spiffe4j.attest.authority;

import java.security.PublicKey;

/**
 * A key that signs where it is: in memory, in a file, in an HSM, behind a service. It has no
 * encoding. Implementations are thread-safe and print no key.
 */
public interface SigningKey {
  /**
   * Its public half.
   *
   * @return the public key
   */
  PublicKey publicKey();

  /**
   * Signs.
   *
   * @param algorithm how; fits the key
   * @param data what, not yet hashed
   * @return the signature, in the algorithm's usual form
   * @throws AuthorityException if the key does not sign
   */
  byte[] sign(SignatureAlgorithm algorithm, byte[] data);
}
