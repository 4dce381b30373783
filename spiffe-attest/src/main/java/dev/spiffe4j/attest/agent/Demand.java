package dev.spiffe4j.attest.agent;

import dev.spiffe4j.attest.RegistrationEntry;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides which X.509-SVIDs are kept ready: those that streams follow, whatever their number, and
 * up to the capacity those that were asked for last, or that nobody asked for yet. Thread-safe.
 */
final class Demand {
  private final int capacity;
  private final Map<String, Instant> lastUsed = new ConcurrentHashMap<>();

  Demand(int capacity) {
    this.capacity = capacity;
  }

  void used(Collection<RegistrationEntry> entries, Instant now) {
    entries.forEach(entry -> lastUsed.put(entry.id(), now));
  }

  /** The entries whose SVIDs are kept. */
  Set<String> kept(EntryMirror entries, Set<String> inUse) {
    lastUsed.keySet().removeIf(id -> entries.served(id) == null);
    Set<String> kept = new HashSet<>(inUse);
    kept.removeIf(id -> entries.served(id) == null);
    entries.served().stream()
        .filter(entry -> !kept.contains(entry.id()))
        .filter(entry -> entry.prefetch() || lastUsed.containsKey(entry.id()))
        .sorted(Comparator.comparing(this::lastUse).reversed())
        .limit(Math.max(0, capacity - kept.size()))
        .map(RegistrationEntry::id)
        .toList()
        .forEach(kept::add);
    return kept;
  }

  private Instant lastUse(RegistrationEntry entry) {
    return lastUsed.getOrDefault(entry.id(), Instant.MIN);
  }
}
