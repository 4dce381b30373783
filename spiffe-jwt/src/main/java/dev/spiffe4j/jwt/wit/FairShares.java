package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import java.util.HashMap;
import java.util.Map;

/**
 * A number of places, of which every trust domain leaves the others as many as it has, and every
 * sender as many to the rest of its trust domain. So one alone gets a quarter, and whoever comes
 * late still finds some, however greedy the others are. Not thread-safe.
 */
final class FairShares {
  private final int capacity;
  private final Map<TrustDomain, Integer> byTrustDomain = new HashMap<>();
  private final Map<SpiffeId, Integer> bySender = new HashMap<>();
  private int taken;

  FairShares(int capacity) {
    this.capacity = capacity;
  }

  /** Takes a place, or says that the sender has its share. */
  boolean take(SpiffeId sender) {
    int own = bySender.getOrDefault(sender, 0);
    int ofTrustDomain = byTrustDomain.getOrDefault(sender.trustDomain(), 0);
    // The trust domain's share is half of what other trust domains have not taken.
    int twiceTheShare = capacity - (taken - ofTrustDomain);
    if (2 * (own + ofTrustDomain) >= twiceTheShare) {
      return false;
    }
    count(sender, 1);
    return true;
  }

  /** Gives back a place that was taken. */
  void giveBack(SpiffeId sender) {
    count(sender, -1);
  }

  private void count(SpiffeId sender, int change) {
    taken += change;
    add(bySender, sender, change);
    add(byTrustDomain, sender.trustDomain(), change);
  }

  /** Whoever has none is forgotten: the maps are no larger than what is taken. */
  private static <K> void add(Map<K, Integer> counts, K key, int change) {
    int count = counts.getOrDefault(key, 0) + change;
    if (count == 0) {
      counts.remove(key);
    } else {
      counts.put(key, count);
    }
  }

  /** How many trust domains and senders are counted. */
  int size() {
    return byTrustDomain.size() + bySender.size();
  }
}
