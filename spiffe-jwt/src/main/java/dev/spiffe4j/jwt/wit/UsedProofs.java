package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.jwt.wit.WitProofException.Reason;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;

/**
 * The proofs that were used and have not ended. Holds a bounded number of hashes of one size; when
 * full it takes no more, since whatever it forgot could come again. Thread-safe.
 */
final class UsedProofs {
  private record Used(String key, Instant end) {}

  private final Object lock = new Object();
  private final int capacity;
  private final Set<String> keys = new HashSet<>();
  private final Queue<Used> byEnd = new PriorityQueue<>(Comparator.comparing(Used::end));
  private Instant forgottenUntil = Instant.MIN;

  UsedProofs(int capacity) {
    this.capacity = capacity;
  }

  /** Notes a use, throwing {@link WitProofException} if it cannot be the first. */
  void use(String svidHash, String proofId, Instant end, Instant now) {
    // Two senders may use one ID. Of one SVID, the ID decides.
    String key = TokenHash.ofUtf8(svidHash + "." + proofId);
    synchronized (lock) {
      forget(now);
      // The clock went back: what ended by then is forgotten, and must not come again.
      if (!end.isAfter(forgottenUntil)) {
        throw new WitProofException(Reason.EXPIRED, "proof ended at " + end);
      }
      if (keys.contains(key)) {
        throw new WitProofException(Reason.REPLAYED, "proof was used before");
      }
      if (keys.size() >= capacity) {
        throw new WitProofException(
            Reason.REPLAY_CACHE_FULL, capacity + " proofs are in use, and no more can be noted");
      }
      keys.add(key);
      byEnd.add(new Used(key, end));
    }
  }

  private void forget(Instant now) {
    if (now.isAfter(forgottenUntil)) {
      forgottenUntil = now;
    }
    for (Used used = byEnd.peek();
        used != null && !used.end().isAfter(forgottenUntil);
        used = byEnd.peek()) {
      byEnd.remove();
      keys.remove(used.key());
    }
  }
}
