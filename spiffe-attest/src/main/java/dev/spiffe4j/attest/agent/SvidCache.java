package dev.spiffe4j.attest.agent;

import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.agent.HeldSvid.Need;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The X.509-SVIDs that the agent holds, by entry. A new one replaces it; it never changes. */
final class SvidCache {
  private final Map<String, HeldSvid> byEntry;

  private SvidCache(Map<String, HeldSvid> byEntry) {
    this.byEntry = byEntry;
  }

  static SvidCache empty() {
    return new SvidCache(Map.of());
  }

  int size() {
    return byEntry.size();
  }

  /** The SVID to serve for an entry, if there is one that has not expired. */
  Optional<X509Svid> usable(RegistrationEntry entry, Instant now) {
    return Optional.ofNullable(byEntry.get(entry.id()))
        .filter(held -> held.isUsable(entry, now))
        .map(HeldSvid::svid);
  }

  Need need(RegistrationEntry entry, Instant now) {
    HeldSvid held = byEntry.get(entry.id());
    return held == null ? Need.MISSING : held.need(entry, now);
  }

  SvidCache with(Collection<HeldSvid> more) {
    if (more.isEmpty()) {
      return this;
    }
    Map<String, HeldSvid> copy = new LinkedHashMap<>(byEntry);
    more.forEach(held -> copy.put(held.entry().id(), held));
    return new SvidCache(copy);
  }

  /** Without the keys of entries that are not in the set. */
  SvidCache retain(Set<String> entryIds) {
    if (entryIds.containsAll(byEntry.keySet())) {
      return this;
    }
    Map<String, HeldSvid> copy = new LinkedHashMap<>(byEntry);
    copy.keySet().retainAll(entryIds);
    return new SvidCache(copy);
  }

  /** With each chain judged by another bundle. */
  SvidCache judgedBy(HeldBundle bundle) {
    Map<String, HeldSvid> copy = new LinkedHashMap<>();
    byEntry.forEach((id, held) -> copy.put(id, held.judgedBy(bundle)));
    return copy.equals(byEntry) ? this : new SvidCache(copy);
  }
}
