package dev.spiffe4j.attest.store;

import dev.spiffe4j.attest.JoinToken;
import java.time.Instant;

/**
 * Keeps join tokens, and of each no more than a hash. Each method is one transaction.
 * Implementations are thread-safe.
 */
public interface JoinTokenStore {
  /** What a token was worth. */
  enum Use {
    /** It was good, and is used now. */
    ACCEPTED,
    /** It was used before. */
    USED,
    /** It has expired. */
    EXPIRED,
    /** There is no such token (any more). */
    UNKNOWN
  }

  /**
   * Takes in a token.
   *
   * @param token the token
   * @return false if there is one of this value, and nothing was changed
   */
  boolean create(JoinToken token);

  /**
   * Uses a token. Of any number of callers, on any number of servers, one gets {@link
   * Use#ACCEPTED}.
   *
   * @param value the token's value
   * @param now the time
   * @return what it was worth
   */
  Use consume(String value, Instant now);

  /**
   * Forgets expired tokens.
   *
   * @param now the time
   * @return how many
   */
  int prune(Instant now);
}
