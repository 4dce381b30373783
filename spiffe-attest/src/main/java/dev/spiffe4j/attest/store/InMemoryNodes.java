package dev.spiffe4j.attest.store;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.store.StoreChange.Kind;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** Nodes in memory: writes under the store's lock, reads without. */
final class InMemoryNodes implements NodeStore {
  private final InMemoryChanges changes;
  private final ConcurrentSkipListMap<String, AttestedNode> byAgent = new ConcurrentSkipListMap<>();

  InMemoryNodes(InMemoryChanges changes) {
    this.changes = changes;
  }

  @Override
  public Optional<AttestedNode> find(SpiffeId agentId) {
    return Optional.ofNullable(byAgent.get(agentId.toString()));
  }

  @Override
  public Page<AttestedNode> list(int limit, String after) {
    return Pages.cut(
        byAgent.tailMap(after, false).values(),
        node -> true,
        limit,
        node -> node.agentId().toString());
  }

  @Override
  public boolean attest(AttestedNode node) {
    String key = node.agentId().toString();
    return changes.commit(
        log -> {
          AttestedNode old = byAgent.get(key);
          if (old != null && old.isBanned()) {
            return false;
          }
          byAgent.put(key, node);
          log.changed(Kind.NODE, key);
          return true;
        });
  }

  @Override
  public Optional<AttestedNode> update(SpiffeId agentId, UnaryOperator<AttestedNode> change) {
    String key = agentId.toString();
    return changes.commit(
        log -> {
          AttestedNode old = byAgent.get(key);
          if (old == null) {
            return Optional.empty();
          }
          AttestedNode updated = change.apply(old);
          if (updated != old) {
            byAgent.put(key, updated);
            log.changed(Kind.NODE, key);
          }
          return Optional.of(updated);
        });
  }

  @Override
  public boolean delete(SpiffeId agentId) {
    String key = agentId.toString();
    return changes.commit(
        log -> {
          boolean there = byAgent.remove(key) != null;
          if (there) {
            log.changed(Kind.NODE, key);
          }
          return there;
        });
  }
}
