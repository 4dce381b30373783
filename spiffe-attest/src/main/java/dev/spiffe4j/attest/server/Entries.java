package dev.spiffe4j.attest.server;

import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.store.EntryFilter;
import dev.spiffe4j.attest.store.EntryStore;
import dev.spiffe4j.attest.store.Page;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The registration entries of a server. Thread-safe. */
public final class Entries {
  private static final int PAGE = 1000;

  private final EntryStore store;
  private final EntryRules rules;
  private final InstantSource clock;
  private final SecureRandom random;

  Entries(EntryStore store, EntryRules rules, InstantSource clock, SecureRandom random) {
    this.store = store;
    this.rules = rules;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Takes in an entry, unless there is a similar one: with the same ID, or with the same SPIFFE ID,
   * parent and selectors.
   *
   * @param entry the entry; its time of creation and its revision do not matter, and an ID is made
   *     for it if it has none
   * @return the entry, or the similar one that was there
   * @throws IllegalArgumentException if the entry breaks a rule
   */
  public EntryStore.Created create(RegistrationEntry entry) {
    String id = entry.id().isEmpty() ? Uuids.next(random).toString() : entry.id();
    RegistrationEntry complete =
        entry.toBuilder()
            .id(id)
            .createdAt(clock.instant().truncatedTo(ChronoUnit.SECONDS))
            .revision(0)
            .build();
    rules.check(complete);
    return store.create(complete);
  }

  /**
   * Changes an entry into another of the same ID.
   *
   * @param entry the new entry; its time of creation and its revision do not matter
   * @return the entry with its new revision, or nothing if there is none of that ID
   * @throws IllegalArgumentException if the entry breaks a rule
   */
  public Optional<RegistrationEntry> update(RegistrationEntry entry) {
    rules.check(entry);
    return store.update(entry.id(), old -> entry);
  }

  /**
   * Deletes an entry.
   *
   * @param id its ID
   * @return the entry that was there, or nothing if there was none
   */
  public Optional<RegistrationEntry> delete(String id) {
    return store.delete(id);
  }

  /**
   * Finds an entry.
   *
   * @param id its ID
   * @return the entry, or nothing if there is none
   */
  public Optional<RegistrationEntry> find(String id) {
    return store.find(id);
  }

  /**
   * Lists entries.
   *
   * @param filter which
   * @return all of them, in the order of their IDs
   */
  public List<RegistrationEntry> list(EntryFilter filter) {
    List<RegistrationEntry> all = new ArrayList<>();
    String after = "";
    do {
      Page<RegistrationEntry> page = store.list(filter, PAGE, after);
      all.addAll(page.items());
      after = page.next();
    } while (!after.isEmpty());
    return List.copyOf(all);
  }

  /**
   * Lists entries, page by page.
   *
   * @param filter which
   * @param limit how many at most; at least one
   * @param after where to begin: {@link Page#next} of the page before, or empty
   * @return a page, in the order of IDs
   */
  public Page<RegistrationEntry> list(EntryFilter filter, int limit, String after) {
    return store.list(filter, limit, after);
  }

  /** Deletes what has expired; nobody gets it since. */
  void prune(Instant now) {
    for (RegistrationEntry entry : list(EntryFilter.all())) {
      if (entry.expiresAt().map(end -> !now.isBefore(end)).orElse(false)) {
        store.delete(entry.id());
      }
    }
  }
}
