package dev.spiffe4j.attest.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.store.EntryFilter.Match;
import dev.spiffe4j.attest.store.JoinTokenStore.Use;
import dev.spiffe4j.attest.store.StoreChange.Kind;
import dev.spiffe4j.workloadapi.Subscription;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InMemoryDataStoreTest {
  private static final TrustDomain TD = TrustDomain.parse("example.org");
  private static final SpiffeId AGENT = SpiffeId.of(TD, "spire", "agent", "x", "1");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final AttestedNode.Certificate CERTIFICATE =
      new AttestedNode.Certificate(BigInteger.ONE, NOW);

  private final DataStore store = DataStore.inMemory();

  private static RegistrationEntry entry(String id, String path, String... selectors) {
    return RegistrationEntry.builder(SpiffeId.of(TD, path), AGENT)
        .id(id)
        .selectors(List.of(selectors).stream().map(Selector::parse).toList())
        .createdAt(NOW)
        .build();
  }

  @Test
  void aSimilarEntryIsReturnedInsteadOfTakenIn() {
    RegistrationEntry first = store.entries().create(entry("1", "web", "u:1", "u:2")).entry();
    for (RegistrationEntry similar :
        List.of(entry("2", "web", "u:2", "u:1"), entry("1", "other", "u:9"))) {
      EntryStore.Created created = store.entries().create(similar);
      assertThat(created.existed()).isTrue();
      assertThat(created.entry()).isSameAs(first);
    }
    assertThat(store.entries().create(entry("2", "web", "u:1")).existed()).isFalse();
    store.entries().delete("1");
    assertThat(store.entries().create(entry("3", "web", "u:1", "u:2")).existed()).isFalse();
  }

  @Test
  void anUpdateCountsUpAndKeepsWhatIsTheStores() {
    store.entries().create(entry("1", "web", "u:1"));
    RegistrationEntry updated =
        store
            .entries()
            .update("1", old -> entry("7", "db", "u:2").toBuilder().createdAt(Instant.MAX).build())
            .orElseThrow();
    assertThat(updated.id()).isEqualTo("1");
    assertThat(updated.revision()).isEqualTo(1);
    assertThat(updated.createdAt()).isEqualTo(NOW);
    assertThat(updated.spiffeId()).isEqualTo(SpiffeId.of(TD, "db"));
    assertThat(store.entries().update("2", old -> old)).isEmpty();
  }

  @Test
  void listsPageByPage() {
    for (String id : List.of("c", "a", "b", "e", "d")) {
      store.entries().create(entry(id, id, "u:1"));
    }
    List<String> seen = new ArrayList<>();
    String after = "";
    int pages = 0;
    do {
      Page<RegistrationEntry> page = store.entries().list(EntryFilter.all(), 2, after);
      page.items().forEach(item -> seen.add(item.id()));
      after = page.next();
      pages++;
    } while (!after.isEmpty());
    assertThat(seen).containsExactly("a", "b", "c", "d", "e");
    assertThat(pages).isEqualTo(3);
    assertThat(store.entries().list(EntryFilter.all(), 5, "").next()).isEmpty();
  }

  @Test
  void filtersBySelectors() {
    store.entries().create(entry("1", "a", "u:1"));
    store.entries().create(entry("12", "b", "u:1", "u:2"));
    store.entries().create(entry("123", "c", "u:1", "u:2", "u:3"));
    assertThat(ids(Match.EXACT, "u:1", "u:2")).containsExactly("12");
    assertThat(ids(Match.SUBSET, "u:1", "u:2")).containsExactly("1", "12");
    assertThat(ids(Match.SUPERSET, "u:1", "u:2")).containsExactly("12", "123");
    assertThat(ids(Match.ANY, "u:3", "u:9")).containsExactly("123");
  }

  private List<String> ids(Match match, String... selectors) {
    Set<Selector> set = Set.copyOf(List.of(selectors).stream().map(Selector::parse).toList());
    return store
        .entries()
        .list(EntryFilter.all().withSelectors(set, match), 10, "")
        .items()
        .stream()
        .map(RegistrationEntry::id)
        .toList();
  }

  @Test
  void theFeedHasTheChangesInTheOrderOfTheirCommits() {
    long start = store.changes().position();
    store.entries().create(entry("1", "web", "u:1"));
    store.nodes().attest(AttestedNode.of(AGENT, "x", List.of(), false, CERTIFICATE));
    store.bundles().update(TD, bundle -> bundle.withRefreshHint(Duration.ofSeconds(1)));
    store.entries().update("1", old -> old);
    store.entries().delete("1");
    store.entries().delete("1");
    store.nodes().update(AGENT, node -> node);
    store.bundles().update(TD, bundle -> bundle);

    List<StoreChange> changes = store.changes().since(start, 100).orElseThrow();
    assertThat(changes)
        .extracting(StoreChange::kind)
        .containsExactly(Kind.ENTRY, Kind.NODE, Kind.BUNDLE, Kind.ENTRY, Kind.ENTRY);
    assertThat(changes).extracting(StoreChange::position).isSorted().doesNotHaveDuplicates();
    assertThat(store.changes().since(changes.get(1).position(), 2).orElseThrow())
        .isEqualTo(changes.subList(2, 4));
    assertThat(store.changes().since(store.changes().position(), 1)).hasValue(List.of());
  }

  @Test
  void aReaderThatIsTooFarBehindLearnsIt() {
    long start = store.changes().position();
    store.entries().create(entry("1", "web", "u:1"));
    for (int i = 0; i < 9_999; i++) {
      store.entries().update("1", old -> old);
    }
    assertThat(store.changes().since(start, 1)).isPresent();
    store.entries().update("1", old -> old);
    assertThat(store.changes().since(start, 1)).isEmpty();
    assertThat(store.changes().since(start + 1, 1)).isPresent();
    assertThat(store.changes().since(Long.MAX_VALUE, 1)).isEmpty();
  }

  @Test
  void commitsWakeListenersAndAFailingOneHarmsNobody() {
    List<Long> seen = new ArrayList<>();
    store
        .changes()
        .subscribe(
            () -> {
              throw new IllegalStateException("bad listener");
            });
    Subscription subscription =
        store.changes().subscribe(() -> seen.add(store.changes().position()));
    store.entries().create(entry("1", "web", "u:1"));
    store.entries().create(entry("1", "web", "u:1"));
    assertThat(seen).containsExactly(1L);
    subscription.close();
    store.entries().delete("1");
    assertThat(seen).hasSize(1);
  }

  @Test
  void aBannedNodeStaysBanned() {
    AttestedNode node = AttestedNode.of(AGENT, "x", List.of(), false, CERTIFICATE);
    assertThat(store.nodes().attest(node)).isTrue();
    assertThat(store.nodes().attest(node)).isTrue();
    store.nodes().update(AGENT, AttestedNode::banned);
    assertThat(store.nodes().attest(node)).isFalse();
    assertThat(store.nodes().find(AGENT).orElseThrow().isBanned()).isTrue();
    store.nodes().delete(AGENT);
    assertThat(store.nodes().attest(node)).isTrue();
  }

  @Test
  void aJoinTokenIsUsedOnceHoweverManyTryAtOnce() throws Exception {
    store.joinTokens().create(JoinToken.of("secret", NOW.plusSeconds(60)));
    int threads = 16;
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Use>> uses = new ArrayList<>();
      Callable<Use> use =
          () -> {
            start.await();
            return store.joinTokens().consume("secret", NOW);
          };
      for (int i = 0; i < threads; i++) {
        uses.add(executor.submit(use));
      }
      start.countDown();
      List<Use> results = new ArrayList<>();
      for (Future<Use> future : uses) {
        results.add(future.get(30, TimeUnit.SECONDS));
      }
      assertThat(results).filteredOn(Use.ACCEPTED::equals).hasSize(1);
      assertThat(results).filteredOn(Use.USED::equals).hasSize(threads - 1);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void joinTokensExpireAndAreForgotten() {
    Instant end = NOW.plusSeconds(60);
    assertThat(store.joinTokens().create(JoinToken.of("secret", end))).isTrue();
    assertThat(store.joinTokens().create(JoinToken.of("secret", end))).isFalse();
    assertThat(store.joinTokens().consume("other", NOW)).isEqualTo(Use.UNKNOWN);
    assertThat(store.joinTokens().consume("secret", end)).isEqualTo(Use.EXPIRED);
    assertThat(store.joinTokens().prune(end.minusNanos(1))).isZero();
    assertThat(store.joinTokens().consume("secret", end.minusNanos(1))).isEqualTo(Use.ACCEPTED);
    assertThat(store.joinTokens().prune(end)).isEqualTo(1);
    assertThat(store.joinTokens().consume("secret", NOW)).isEqualTo(Use.UNKNOWN);
  }
}
