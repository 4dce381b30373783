package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EntryGraphTest {
  private static final TrustDomain TD = TrustDomain.parse("example.org");
  private static final String SERVER = "/spire/server";
  private static final String AGENT = "/spire/agent/x/1";
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static SpiffeId id(String path) {
    return SpiffeId.parse("spiffe://example.org" + path);
  }

  private static RegistrationEntry entry(
      String id, String parent, String path, String... selectors) {
    List<String> all = selectors.length == 0 ? List.of("u:1") : List.of(selectors);
    return RegistrationEntry.builder(id(path), id(parent))
        .id(id)
        .selectors(all.stream().map(Selector::parse).toList())
        .build();
  }

  private static AttestedNode node(String... selectors) {
    return AttestedNode.of(
        id(AGENT),
        "x",
        List.of(selectors).stream().map(Selector::parse).toList(),
        false,
        new AttestedNode.Certificate(BigInteger.ONE, NOW));
  }

  private static EntryGraph graph(RegistrationEntry... entries) {
    EntryGraph graph = EntryGraph.empty(TD);
    for (RegistrationEntry entry : entries) {
      graph = graph.with(entry);
    }
    return graph;
  }

  private static List<String> authorized(EntryGraph graph, AttestedNode node) {
    return graph.authorized(node, NOW).stream().map(RegistrationEntry::id).sorted().toList();
  }

  @Test
  void anAgentServesItsChildrenAndTheirs() {
    EntryGraph graph =
        graph(
            entry("child", AGENT, "/a"),
            entry("grandchild", "/a", "/b"),
            entry("other", "/spire/agent/x/2", "/c"),
            entry("orphan", "/nobody", "/d"));
    assertThat(authorized(graph, node())).containsExactly("child", "grandchild");
  }

  @Test
  void anAliasNeedsAllOfItsSelectorsAndIsNoWorkload() {
    EntryGraph graph =
        graph(
            entry("alias", SERVER, "/zone", "x:zone:a", "x:role:db"),
            entry("child", "/zone", "/a"),
            entry("other alias", SERVER, "/other", "x:zone:b"),
            entry("other child", "/other", "/b"));
    assertThat(authorized(graph, node("x:zone:a", "x:role:db", "x:more:1")))
        .containsExactly("child");
    assertThat(authorized(graph, node("x:zone:a"))).isEmpty();
    assertThat(authorized(graph, node("x:zone:b"))).containsExactly("other child");
    assertThat(authorized(graph, node())).isEmpty();
  }

  @Test
  void cyclesEnd() {
    EntryGraph graph =
        graph(
            entry("1", AGENT, "/a"),
            entry("2", "/a", "/b"),
            entry("3", "/b", "/a"),
            entry("4", "/b", "/b"));
    assertThat(authorized(graph, node())).containsExactly("1", "2", "3", "4");
  }

  @Test
  void anExpiredEntryIsNotServedAndLeadsNowhere() {
    RegistrationEntry child = entry("child", AGENT, "/a");
    RegistrationEntry grandchild = entry("grandchild", "/a", "/b");
    RegistrationEntry alias = entry("alias", SERVER, "/zone", "x:zone:a");
    RegistrationEntry aliased = entry("aliased", "/zone", "/c");
    AttestedNode node = node("x:zone:a");
    assertThat(authorized(graph(child, grandchild, alias, aliased), node)).hasSize(3);
    assertThat(
            authorized(
                graph(
                    child.toBuilder().expiresAt(NOW).build(),
                    grandchild,
                    alias.toBuilder().expiresAt(NOW).build(),
                    aliased),
                node))
        .isEmpty();
    assertThat(authorized(graph(child.toBuilder().expiresAt(NOW.plusNanos(1)).build()), node))
        .containsExactly("child");
  }

  @Test
  void anEntryThatChangedHasLeftItsOldPlace() {
    EntryGraph before = graph(entry("1", AGENT, "/a"));
    EntryGraph after = before.with(entry("1", "/spire/agent/x/2", "/a"));
    assertThat(authorized(after, node())).isEmpty();
    assertThat(authorized(before, node())).containsExactly("1");
    assertThat(after.size()).isEqualTo(1);
    EntryGraph alias = graph(entry("1", SERVER, "/z", "x:1"), entry("2", "/z", "/a"));
    assertThat(authorized(alias, node("x:1"))).containsExactly("2");
    assertThat(authorized(alias.with(entry("1", SERVER, "/z", "x:2")), node("x:1"))).isEmpty();
    assertThat(authorized(alias.without("1"), node("x:1"))).isEmpty();
  }

  @Test
  void agreesWithThePlainAlgorithmOnRandomGraphs() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      Map<String, RegistrationEntry> entries = new HashMap<>();
      EntryGraph graph = EntryGraph.empty(TD);
      for (int step = 0; step < 60; step++) {
        String id = "e" + random.nextInt(30);
        if (random.nextInt(4) == 0) {
          entries.remove(id);
          graph = graph.without(id);
        } else {
          RegistrationEntry entry = randomEntry(random, id);
          entries.put(id, entry);
          graph = graph.with(entry);
        }
      }
      AttestedNode node = node("x:" + random.nextInt(3), "x:" + random.nextInt(3));
      assertThat(authorized(graph, node)).isEqualTo(reference(entries.values(), node));
      assertThat(graph.size()).isEqualTo(entries.size());
    }
  }

  private static RegistrationEntry randomEntry(Random random, String id) {
    String[] parents = {SERVER, AGENT, "/n0", "/n1", "/n2", "/n3", "/n4", "/n5"};
    return entry(
        id,
        parents[random.nextInt(parents.length)],
        "/n" + random.nextInt(6),
        "x:" + random.nextInt(3),
        "x:" + random.nextInt(3));
  }

  private static List<String> reference(Iterable<RegistrationEntry> entries, AttestedNode node) {
    Set<SpiffeId> reached = new HashSet<>(Set.of(node.agentId()));
    for (RegistrationEntry entry : entries) {
      if (entry.parentId().equals(id(SERVER)) && node.selectors().containsAll(entry.selectors())) {
        reached.add(entry.spiffeId());
      }
    }
    boolean grew = true;
    while (grew) {
      grew = false;
      for (RegistrationEntry entry : entries) {
        grew |= reached.contains(entry.parentId()) && reached.add(entry.spiffeId());
      }
    }
    List<String> ids = new ArrayList<>();
    for (RegistrationEntry entry : entries) {
      if (reached.contains(entry.parentId())) {
        ids.add(entry.id());
      }
    }
    ids.sort(null);
    return ids;
  }
}
