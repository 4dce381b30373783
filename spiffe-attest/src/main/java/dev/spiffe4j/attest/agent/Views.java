package dev.spiffe4j.attest.agent;

import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The views of one snapshot, made when somebody asks, one for each set of matching entries. */
final class Views {
  private final Snapshot snapshot;
  private final Map<List<String>, WorkloadView> earlier;
  private final Map<List<String>, WorkloadView> views = new ConcurrentHashMap<>();

  private Views(Snapshot snapshot, Map<List<String>, WorkloadView> earlier) {
    this.snapshot = snapshot;
    this.earlier = earlier;
  }

  static Views of(Snapshot snapshot) {
    return new Views(snapshot, Map.of());
  }

  Views replacedBy(Snapshot latest) {
    return new Views(latest, views);
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /** When the next view changes by itself. */
  Instant nextEnd(Instant now) {
    return views.values().stream()
        .map(WorkloadView::validUntil)
        .filter(now::isBefore)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  /** What a caller gets; without identities if it matches nothing. */
  WorkloadView view(Set<Selector> selectors, Instant now) {
    List<RegistrationEntry> matching = snapshot.entries().matching(selectors, now);
    List<String> key = matching.stream().map(RegistrationEntry::id).toList();
    // An SVID that has expired meanwhile makes another view.
    return views.compute(
        key,
        (ids, known) ->
            known != null && now.isBefore(known.validUntil())
                ? known
                : WorkloadView.of(
                    snapshot, matching, now, known == null ? earlier.get(ids) : known));
  }
}
