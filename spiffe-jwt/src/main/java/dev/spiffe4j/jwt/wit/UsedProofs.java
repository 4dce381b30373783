package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.jwt.wit.WitProofException.Reason;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;

/**
 * The proofs that were used and have not ended. Holds a bounded number of hashes of one size;
 * forgets none before its end, as it could come again, but takes no more of a sender who has its
 * share. Thread-safe.
 */
final class UsedProofs {
  private record Used(SpiffeId sender, String key, Instant end) {}

  private final Object lock = new Object();
  private final FairShares shares;
  private final Set<String> keys = new HashSet<>();
  private final Queue<Used> byEnd = new PriorityQueue<>(Comparator.comparing(Used::end));
  private Instant forgottenUntil = Instant.MIN;

  UsedProofs(int capacity) {
    this.shares = new FairShares(capacity);
  }

  /** Notes a use, throwing {@link WitProofException} if it cannot be the first. */
  void use(SpiffeId sender, String svidHash, String proofId, Instant end, Instant now) {
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
      if (!shares.take(sender)) {
        throw new WitProofException(
            Reason.REPLAY_CACHE_FULL,
            "the share of the sender in the proofs that are remembered is used up");
      }
      keys.add(key);
      byEnd.add(new Used(sender, key, end));
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
      shares.giveBack(used.sender());
    }
  }
}
