package dev.spiffe4j.attest.server;

import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.store.JoinTokenStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** The join tokens of a server. Thread-safe. */
public final class JoinTokens {
  private final JoinTokenStore store;
  private final InstantSource clock;
  private final SecureRandom random;

  JoinTokens(JoinTokenStore store, InstantSource clock, SecureRandom random) {
    this.store = store;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes a token, which attests one node, once.
   *
   * @param ttl how long it can be used; at least a second
   * @return the token, which can be read here and nowhere else
   * @throws IllegalArgumentException if the time is shorter
   */
  public JoinToken create(Duration ttl) {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("ttl: " + ttl + " (expected: >= 1 s)");
    }
    JoinToken token = JoinToken.of(Uuids.next(random).toString(), clock.instant().plus(ttl));
    if (!store.create(token)) {
      throw new AssertionError("two random tokens are the same");
    }
    return token;
  }
}
