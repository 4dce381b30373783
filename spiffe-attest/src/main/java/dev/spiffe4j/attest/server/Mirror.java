package dev.spiffe4j.attest.server;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.store.DataStore;
import dev.spiffe4j.attest.store.EntryFilter;
import dev.spiffe4j.attest.store.Page;
import dev.spiffe4j.attest.store.StoreChange;
import dev.spiffe4j.workloadapi.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What calls of agents read: the entries and bundles of the store, as one immutable snapshot that
 * follows the store's feed. Thread-safe; reads never block.
 */
final class Mirror implements AutoCloseable {
  private static final int PAGE = 1000;

  private final DataStore store;
  private final TrustDomain trustDomain;
  private final Subscription subscription;
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile Snapshot snapshot;

  private record Snapshot(long position, EntryGraph graph, Map<TrustDomain, TrustBundle> bundles) {}

  Mirror(DataStore store, TrustDomain trustDomain) {
    this.store = store;
    this.trustDomain = trustDomain;
    this.snapshot = load();
    this.subscription = store.changes().subscribe(this::refresh);
    // What was committed between the two.
    refresh();
  }

  EntryGraph graph() {
    return snapshot.graph();
  }

  Optional<TrustBundle> bundle(TrustDomain of) {
    return Optional.ofNullable(snapshot.bundles().get(of));
  }

  /** The own trust domain's bundle. */
  TrustBundle bundle() {
    return bundle(trustDomain).orElseGet(() -> TrustBundle.empty(trustDomain));
  }

  /** Catches up with the store. */
  void refresh() {
    synchronized (lock) {
      Snapshot next = snapshot;
      Optional<List<StoreChange>> changes = store.changes().since(next.position(), PAGE);
      while (changes.isPresent() && !changes.get().isEmpty()) {
        next = apply(next, changes.get());
        changes = store.changes().since(next.position(), PAGE);
      }
      snapshot = changes.isPresent() ? next : load();
    }
  }

  private Snapshot load() {
    // The position comes first: what is read may be newer than it, and is then read again.
    long position = store.changes().position();
    EntryGraph graph = EntryGraph.empty(trustDomain);
    String after = "";
    do {
      Page<RegistrationEntry> page = store.entries().list(EntryFilter.all(), PAGE, after);
      for (RegistrationEntry entry : page.items()) {
        graph = graph.with(entry);
      }
      after = page.next();
    } while (!after.isEmpty());
    Map<TrustDomain, TrustBundle> bundles = new HashMap<>();
    store.bundles().list().forEach(bundle -> bundles.put(bundle.trustDomain(), bundle));
    return new Snapshot(position, graph, Map.copyOf(bundles));
  }

  private Snapshot apply(Snapshot old, List<StoreChange> changes) {
    EntryGraph graph = old.graph();
    Map<TrustDomain, TrustBundle> bundles = new HashMap<>(old.bundles());
    for (StoreChange change : changes) {
      switch (change.kind()) {
        case ENTRY -> {
          Optional<RegistrationEntry> entry = store.entries().find(change.key());
          graph = entry.isPresent() ? graph.with(entry.get()) : graph.without(change.key());
        }
        case BUNDLE -> {
          TrustDomain named = TrustDomain.parse(change.key());
          store
              .bundles()
              .find(named)
              .ifPresentOrElse(bundle -> bundles.put(named, bundle), () -> bundles.remove(named));
        }
        case NODE -> {
          // Nodes are always read from the store: a ban counts at once, on every server.
        }
      }
    }
    long position = changes.get(changes.size() - 1).position();
    return new Snapshot(position, graph, Map.copyOf(bundles));
  }

  @Override
  public void close() {
    subscription.close();
  }
}
