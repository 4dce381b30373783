package dev.spiffe4j.attest.store;

/**
 * Where identity servers keep what they share. Servers that share one store are one server to their
 * agents. Implementations are thread-safe.
 */
public interface DataStore extends AutoCloseable {
  /**
   * A store in this process's memory; what is in it ends with the process.
   *
   * @return a new, empty store
   */
  static DataStore inMemory() {
    return new InMemoryDataStore();
  }

  /**
   * The registration entries.
   *
   * @return their store
   */
  EntryStore entries();

  /**
   * The attested nodes.
   *
   * @return their store
   */
  NodeStore nodes();

  /**
   * The bundles.
   *
   * @return their store
   */
  BundleStore bundles();

  /**
   * The join tokens.
   *
   * @return their store
   */
  JoinTokenStore joinTokens();

  /**
   * What was committed.
   *
   * @return the feed of changes of entries, nodes and bundles
   */
  ChangeFeed changes();

  /** Ends what this object opened. */
  @Override
  void close();
}
