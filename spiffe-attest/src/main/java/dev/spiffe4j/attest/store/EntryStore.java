package dev.spiffe4j.attest.store;

import dev.spiffe4j.attest.RegistrationEntry;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Keeps registration entries. Each method is one transaction. What an entry may say is not checked
 * here. Implementations are thread-safe.
 */
public interface EntryStore {
  /**
   * Finds an entry.
   *
   * @param id its ID
   * @return the entry, or nothing if there is none
   */
  Optional<RegistrationEntry> find(String id);

  /**
   * Lists entries in the order of their IDs.
   *
   * @param filter which
   * @param limit how many at most; at least one
   * @param after where to begin: {@link Page#next} of the page before, or empty
   * @return a page
   */
  Page<RegistrationEntry> list(EntryFilter filter, int limit, String after);

  /**
   * Takes in an entry, unless there is a similar one: with the same ID, or with the same SPIFFE ID,
   * parent and selectors.
   *
   * @param entry the entry, with its ID and its time of creation
   * @return the entry, or the similar one that was there
   */
  Created create(RegistrationEntry entry);

  /**
   * Changes an entry. The store keeps its ID and time of creation, and counts its revision up.
   *
   * @param id its ID
   * @param change makes the new entry of the old one, without side effects
   * @return the new entry, or nothing if there is none of that ID
   */
  Optional<RegistrationEntry> update(String id, UnaryOperator<RegistrationEntry> change);

  /**
   * Deletes an entry.
   *
   * @param id its ID
   * @return the entry that was there, or nothing if there was none
   */
  Optional<RegistrationEntry> delete(String id);

  /**
   * What became of a new entry.
   *
   * @param entry the entry that is in the store
   * @param existed whether it had been there before
   */
  record Created(RegistrationEntry entry, boolean existed) {}
}
