package dev.spiffe4j.attest.store;

/**
 * A store in memory. Writers hold one lock, so that a change and its place in the feed are one
 * commit; they wake readers of the feed after they have let go of it.
 */
final class InMemoryDataStore implements DataStore {
  private final InMemoryChanges changes = new InMemoryChanges();
  private final InMemoryEntries entries = new InMemoryEntries(changes);
  private final InMemoryNodes nodes = new InMemoryNodes(changes);
  private final InMemoryBundles bundles = new InMemoryBundles(changes);
  private final InMemoryJoinTokens joinTokens = new InMemoryJoinTokens();

  @Override
  public EntryStore entries() {
    return entries;
  }

  @Override
  public NodeStore nodes() {
    return nodes;
  }

  @Override
  public BundleStore bundles() {
    return bundles;
  }

  @Override
  public JoinTokenStore joinTokens() {
    return joinTokens;
  }

  @Override
  public ChangeFeed changes() {
    return changes;
  }

  @Override
  public void close() {
    // Memory is all it has.
  }
}
