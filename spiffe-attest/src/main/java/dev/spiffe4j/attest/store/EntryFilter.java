package dev.spiffe4j.attest.store;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which entries are meant; all of its conditions must hold. Immutable and thread-safe. */
public final class EntryFilter {
  private static final EntryFilter ALL = new EntryFilter(null, null, Set.of(), null);

  /** How the selectors of a filter and of an entry are compared. */
  public enum Match {
    /** The entry has exactly these. */
    EXACT,
    /** The entry has no others than these. */
    SUBSET,
    /** The entry has all of these. */
    SUPERSET,
    /** The entry has one of these. */
    ANY
  }

  private final @Nullable SpiffeId spiffeId;
  private final @Nullable SpiffeId parentId;
  private final Set<Selector> selectors;
  private final @Nullable Match match;

  private EntryFilter(
      @Nullable SpiffeId spiffeId,
      @Nullable SpiffeId parentId,
      Set<Selector> selectors,
      @Nullable Match match) {
    this.spiffeId = spiffeId;
    this.parentId = parentId;
    this.selectors = selectors;
    this.match = match;
  }

  /**
   * The filter without conditions.
   *
   * @return all entries
   */
  public static EntryFilter all() {
    return ALL;
  }

  /**
   * The same filter, for one SPIFFE ID.
   *
   * @param id what the workloads get
   * @return a new filter
   */
  public EntryFilter withSpiffeId(SpiffeId id) {
    return new EntryFilter(requireNonNull(id, "id"), parentId, selectors, match);
  }

  /**
   * The same filter, for one parent.
   *
   * @param id the parent
   * @return a new filter
   */
  public EntryFilter withParentId(SpiffeId id) {
    return new EntryFilter(spiffeId, requireNonNull(id, "id"), selectors, match);
  }

  /**
   * The same filter, with a condition on selectors.
   *
   * @param selectors what to compare with
   * @param match how to compare
   * @return a new filter
   */
  public EntryFilter withSelectors(Collection<Selector> selectors, Match match) {
    Set<Selector> copy = Collections.unmodifiableSet(new TreeSet<>(selectors));
    return new EntryFilter(spiffeId, parentId, copy, requireNonNull(match, "match"));
  }

  /**
   * The SPIFFE ID that is asked for.
   *
   * @return the ID, or nothing if any will do
   */
  public Optional<SpiffeId> spiffeId() {
    return Optional.ofNullable(spiffeId);
  }

  /**
   * The parent that is asked for.
   *
   * @return the ID, or nothing if any will do
   */
  public Optional<SpiffeId> parentId() {
    return Optional.ofNullable(parentId);
  }

  /**
   * What selectors are compared with.
   *
   * @return the selectors, sorted, unmodifiable
   */
  public Set<Selector> selectors() {
    return selectors;
  }

  /**
   * How selectors are compared.
   *
   * @return how, or nothing if any selectors will do
   */
  public Optional<Match> match() {
    return Optional.ofNullable(match);
  }

  /**
   * Whether an entry is meant.
   *
   * @param entry an entry
   * @return true if all conditions hold
   */
  public boolean matches(RegistrationEntry entry) {
    return (spiffeId == null || spiffeId.equals(entry.spiffeId()))
        && (parentId == null || parentId.equals(entry.parentId()))
        && (match == null || matches(match, entry.selectors()));
  }

  private boolean matches(Match how, Set<Selector> of) {
    return switch (how) {
      case EXACT -> of.equals(selectors);
      case SUBSET -> selectors.containsAll(of);
      case SUPERSET -> of.containsAll(selectors);
      case ANY -> !Collections.disjoint(of, selectors);
    };
  }
}
