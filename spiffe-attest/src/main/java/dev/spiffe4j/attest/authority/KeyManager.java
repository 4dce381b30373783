package dev.spiffe4j.attest.authority;

import dev.spiffe4j.SignatureProvider;
import java.security.SecureRandom;
import java.util.Optional;

/** Makes and keeps the keys of authorities, by name. Implementations are thread-safe. */
public interface KeyManager {
  /**
   * Keys in this process's memory; they end with the process.
   *
   * @return a new key manager
   */
  static KeyManager inMemory() {
    return inMemory(new SecureRandom());
  }

  /**
   * Keys in this process's memory; they end with the process.
   *
   * @param random where keys get their randomness from, and signatures unless their provider has
   *     its own
   * @return a new key manager
   */
  static KeyManager inMemory(SecureRandom random) {
    return inMemory(random, SignatureProvider.fastest());
  }

  /**
   * Keys in this process's memory; they end with the process.
   *
   * @param random where keys get their randomness from, and signatures unless their provider has
   *     its own
   * @param signatures who signs
   * @return a new key manager
   */
  static KeyManager inMemory(SecureRandom random, SignatureProvider signatures) {
    return new InMemoryKeyManager(random, signatures);
  }

  /**
   * Makes a key, in place of the one of that name.
   *
   * @param name such as {@code x509-CA-A}
   * @param type what kind of key
   * @return the key
   * @throws AuthorityException if it cannot be made
   */
  SigningKey generate(String name, KeyType type);

  /**
   * Finds a key.
   *
   * @param name its name
   * @return the key, or nothing if there is none
   * @throws AuthorityException if the keys cannot be reached
   */
  Optional<SigningKey> find(String name);
}
