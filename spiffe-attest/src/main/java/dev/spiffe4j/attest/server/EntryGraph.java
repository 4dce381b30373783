package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All entries of one moment, as a graph of parents and children. It may have cycles. Immutable and
 * thread-safe; a changed copy shares what did not change.
 */
final class EntryGraph {
  private final SpiffeId serverId;
  private final PersistentMap<String, RegistrationEntry> byId;
  private final PersistentMap<SpiffeId, Children> byParent;

  /** Aliases of nodes, each under its first selector; a node that lacks it lacks them all. */
  private final PersistentMap<Selector, Children> aliases;

  /** The entries of one parent, by ID. */
  private record Children(PersistentMap<String, RegistrationEntry> entries) {
    static final Children NONE = new Children(PersistentMap.empty());
  }

  private EntryGraph(
      SpiffeId serverId,
      PersistentMap<String, RegistrationEntry> byId,
      PersistentMap<SpiffeId, Children> byParent,
      PersistentMap<Selector, Children> aliases) {
    this.serverId = serverId;
    this.byId = byId;
    this.byParent = byParent;
    this.aliases = aliases;
  }

  static EntryGraph empty(TrustDomain trustDomain) {
    return new EntryGraph(
        WellKnownIds.server(trustDomain),
        PersistentMap.empty(),
        PersistentMap.empty(),
        PersistentMap.empty());
  }

  int size() {
    return byId.size();
  }

  EntryGraph with(RegistrationEntry entry) {
    EntryGraph rest = without(entry.id());
    return new EntryGraph(
        serverId,
        rest.byId.with(entry.id(), entry),
        add(rest.byParent, entry.parentId(), entry),
        isAlias(entry) ? add(rest.aliases, firstSelector(entry), entry) : rest.aliases);
  }

  EntryGraph without(String id) {
    return byId.get(id).map(this::without).orElse(this);
  }

  private EntryGraph without(RegistrationEntry entry) {
    return new EntryGraph(
        serverId,
        byId.without(entry.id()),
        remove(byParent, entry.parentId(), entry),
        isAlias(entry) ? remove(aliases, firstSelector(entry), entry) : aliases);
  }

  private boolean isAlias(RegistrationEntry entry) {
    return entry.parentId().equals(serverId) && !entry.selectors().isEmpty();
  }

  private static Selector firstSelector(RegistrationEntry entry) {
    return entry.selectors().iterator().next();
  }

  private static <K> PersistentMap<K, Children> add(
      PersistentMap<K, Children> map, K key, RegistrationEntry entry) {
    Children children = map.get(key).orElse(Children.NONE);
    return map.with(key, new Children(children.entries().with(entry.id(), entry)));
  }

  private static <K> PersistentMap<K, Children> remove(
      PersistentMap<K, Children> map, K key, RegistrationEntry entry) {
    Children children = map.get(key).orElse(Children.NONE);
    PersistentMap<String, RegistrationEntry> fewer = children.entries().without(entry.id());
    return fewer.size() == 0 ? map.without(key) : map.with(key, new Children(fewer));
  }

  /**
   * The entries that a node's agent serves: the children of the agent and of the aliases that the
   * node has, the children of those, and so on. What has expired is not there, and neither is what
   * is only reached through it.
   */
  List<RegistrationEntry> authorized(AttestedNode node, Instant now) {
    Deque<SpiffeId> parents = new ArrayDeque<>();
    parents.add(node.agentId());
    parents.addAll(aliasesOf(node, now));

    List<RegistrationEntry> entries = new ArrayList<>();
    // A parent is visited once, so that cycles end, and thereby each entry too.
    Set<SpiffeId> visited = new HashSet<>();
    while (!parents.isEmpty()) {
      SpiffeId parent = parents.remove();
      if (!visited.add(parent)) {
        continue;
      }
      children(parent)
          .forEach(
              entry -> {
                if (isLive(entry, now)) {
                  entries.add(entry);
                  parents.add(entry.spiffeId());
                }
              });
    }
    return entries;
  }

  private Set<SpiffeId> aliasesOf(AttestedNode node, Instant now) {
    Set<SpiffeId> ids = new HashSet<>();
    for (Selector selector : node.selectors()) {
      aliases
          .get(selector)
          .ifPresent(
              children ->
                  children
                      .entries()
                      .forEach(
                          alias -> {
                            if (isLive(alias, now)
                                && node.selectors().containsAll(alias.selectors())) {
                              ids.add(alias.spiffeId());
                            }
                          }));
    }
    return ids;
  }

  private PersistentMap<String, RegistrationEntry> children(SpiffeId parent) {
    // The aliases themselves are nobody's workloads, not even of an entry that has the server's ID.
    return parent.equals(serverId)
        ? Children.NONE.entries()
        : byParent.get(parent).orElse(Children.NONE).entries();
  }

  private static boolean isLive(RegistrationEntry entry, Instant now) {
    return entry.expiresAt().map(now::isBefore).orElse(true);
  }
}
