package dev.spiffe4j.attest.store;

/**
 * One committed change. It says what changed, and the store says how it is now, so that reading
 * late is never wrong.
 *
 * @param position its place in the order of commits
 * @param kind what changed
 * @param key which: an entry's ID, an agent's SPIFFE ID, or the name of a trust domain
 */
public record StoreChange(long position, Kind kind, String key) {
  /** What a change was about. */
  public enum Kind {
    /** A registration entry was created, changed or deleted. */
    ENTRY,
    /** A node attested, changed or was deleted. */
    NODE,
    /** A bundle was made, changed or deleted. */
    BUNDLE
  }
}
