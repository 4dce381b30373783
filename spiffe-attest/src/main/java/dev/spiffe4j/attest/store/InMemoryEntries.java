package dev.spiffe4j.attest.store;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.store.InMemoryChanges.Log;
import dev.spiffe4j.attest.store.StoreChange.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Entries in memory: writes under the store's lock, reads without. */
final class InMemoryEntries implements EntryStore {
  private final InMemoryChanges changes;
  private final ConcurrentSkipListMap<String, RegistrationEntry> byId =
      new ConcurrentSkipListMap<>();

  /** One entry of each kind of similar ones; guarded by the store's lock. */
  private final Map<Likeness, String> byLikeness = new HashMap<>();

  InMemoryEntries(InMemoryChanges changes) {
    this.changes = changes;
  }

  @Override
  public Optional<RegistrationEntry> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  @Override
  public Page<RegistrationEntry> list(EntryFilter filter, int limit, String after) {
    return Pages.cut(
        byId.tailMap(after, false).values(), filter::matches, limit, entry -> entry.id());
  }

  @Override
  public Created create(RegistrationEntry entry) {
    if (entry.id().isEmpty()) {
      throw new IllegalArgumentException("entry: without an ID");
    }
    return changes.commit(
        log -> {
          RegistrationEntry similar = similar(entry);
          if (similar != null) {
            return new Created(similar, true);
          }
          put(entry, log);
          return new Created(entry, false);
        });
  }

  private @Nullable RegistrationEntry similar(RegistrationEntry entry) {
    RegistrationEntry sameId = byId.get(entry.id());
    if (sameId != null) {
      return sameId;
    }
    String id = byLikeness.get(Likeness.of(entry));
    return id == null ? null : byId.get(id);
  }

  @Override
  public Optional<RegistrationEntry> update(String id, UnaryOperator<RegistrationEntry> change) {
    return changes.commit(
        log -> {
          RegistrationEntry old = byId.get(id);
          if (old == null) {
            return Optional.empty();
          }
          RegistrationEntry updated =
              change.apply(old).toBuilder()
                  .id(id)
                  .createdAt(old.createdAt())
                  .revision(old.revision() + 1)
                  .build();
          byLikeness.remove(Likeness.of(old), id);
          put(updated, log);
          return Optional.of(updated);
        });
  }

  @Override
  public Optional<RegistrationEntry> delete(String id) {
    return changes.commit(
        log -> {
          RegistrationEntry old = byId.remove(id);
          if (old != null) {
            byLikeness.remove(Likeness.of(old), id);
            log.changed(Kind.ENTRY, id);
          }
          return Optional.ofNullable(old);
        });
  }

  private void put(RegistrationEntry entry, Log log) {
    byId.put(entry.id(), entry);
    byLikeness.putIfAbsent(Likeness.of(entry), entry.id());
    log.changed(Kind.ENTRY, entry.id());
  }

  /** What makes two entries the same thing said twice. */
  private record Likeness(SpiffeId spiffeId, SpiffeId parentId, Set<Selector> selectors) {
    static Likeness of(RegistrationEntry entry) {
      return new Likeness(entry.spiffeId(), entry.parentId(), entry.selectors());
    }
  }
}
