package dev.spiffe4j.attest.store;

import dev.spiffe4j.workloadapi.Subscription;
import java.util.List;
import java.util.Optional;

/**
 * What was committed, in the order of commits. A reader remembers the position up to which it has
 * read, so it misses nothing and gets nothing in another order. Implementations are thread-safe.
 */
public interface ChangeFeed {
  /**
   * The position of the last commit.
   *
   * @return a position for {@link #since}
   */
  long position();

  /**
   * What was committed after a position.
   *
   * @param position of the last change that is known
   * @param limit how many at most; at least one
   * @return the changes, in order; or nothing if some are forgotten, so that all must be read anew
   */
  Optional<List<StoreChange>> since(long position, int limit);

  /**
   * Asks to be woken after commits. Several commits may wake once.
   *
   * @param listener reads the feed; called without locks held, on any thread
   * @return ends it
   */
  Subscription subscribe(Runnable listener);
}
