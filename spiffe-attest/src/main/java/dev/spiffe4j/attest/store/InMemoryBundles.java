package dev.spiffe4j.attest.store;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.store.StoreChange.Kind;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** Bundles in memory: writes under the store's lock, reads without. */
final class InMemoryBundles implements BundleStore {
  private final InMemoryChanges changes;
  private final ConcurrentSkipListMap<TrustDomain, TrustBundle> byTrustDomain =
      new ConcurrentSkipListMap<>();

  InMemoryBundles(InMemoryChanges changes) {
    this.changes = changes;
  }

  @Override
  public Optional<TrustBundle> find(TrustDomain trustDomain) {
    return Optional.ofNullable(byTrustDomain.get(trustDomain));
  }

  @Override
  public List<TrustBundle> list() {
    return List.copyOf(byTrustDomain.values());
  }

  @Override
  public TrustBundle update(TrustDomain trustDomain, UnaryOperator<TrustBundle> change) {
    return changes.commit(
        log -> {
          TrustBundle old = find(trustDomain).orElseGet(() -> TrustBundle.empty(trustDomain));
          TrustBundle updated = change.apply(old);
          if (!updated.trustDomain().equals(trustDomain)) {
            throw new IllegalArgumentException("change: makes a bundle of another trust domain");
          }
          if (!updated.equals(old)) {
            byTrustDomain.put(trustDomain, updated);
            log.changed(Kind.BUNDLE, trustDomain.name());
          }
          return updated;
        });
  }

  @Override
  public boolean delete(TrustDomain trustDomain) {
    return changes.commit(
        log -> {
          boolean there = byTrustDomain.remove(trustDomain) != null;
          if (there) {
            log.changed(Kind.BUNDLE, trustDomain.name());
          }
          return there;
        });
  }
}
