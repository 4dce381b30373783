package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TestAgent;
import dev.spiffe4j.attest.server.TestServer.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EntrySyncTest {
  private static List<String> ids(List<RegistrationEntry> entries) {
    return entries.stream().map(RegistrationEntry::id).sorted().toList();
  }

  private static long sharedWith(List<RegistrationEntry> now, List<RegistrationEntry> before) {
    Set<RegistrationEntry> old = Collections.newSetFromMap(new IdentityHashMap<>());
    old.addAll(before);
    return now.stream().filter(old::contains).count();
  }

  private static RegistrationEntry.Builder web(SpiffeId parent, int number) {
    return RegistrationEntry.builder(SpiffeId.of(TestServer.TD, "web" + number), parent)
        .id("e" + number)
        .selector("unix", "uid:" + number);
  }

  @ParameterizedTest
  @CsvSource({
    "IN_PROCESS,1200",
    "GRPC,0",
    "GRPC,1",
    "GRPC,500",
    "GRPC,501",
    "GRPC,1000",
    "GRPC,1200"
  })
  void onlyChangesTravel(Transport transport, int count) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      for (int i = 0; i < count; i++) {
        test.server.entries().create(web(agent.id(), i).build());
      }
      List<RegistrationEntry> first = agent.api().syncAuthorizedEntries(List.of());
      assertThat(first).hasSize(count);
      List<RegistrationEntry> second = agent.api().syncAuthorizedEntries(first);
      assertThat(second).hasSize(count);
      assertThat(sharedWith(second, first)).isEqualTo(count);

      // One new, one changed, one gone, and one replaced by another of the same ID.
      test.server.entries().create(web(agent.id(), count).build());
      int changed = 1;
      if (count > 2) {
        test.clock.advance(Duration.ofSeconds(1));
        test.server.entries().update(web(agent.id(), 0).hint("changed").build());
        test.server.entries().delete("e1");
        test.server.entries().delete("e2");
        test.server.entries().create(web(agent.id(), 2).hint("replaced").build());
        changed = 3;
      }
      List<RegistrationEntry> third = agent.api().syncAuthorizedEntries(second);
      assertThat(third).hasSize(count > 2 ? count : count + 1);
      assertThat(sharedWith(third, second)).isEqualTo(third.size() - changed);
      assertThat(ids(third)).contains("e" + count);
      if (count > 2) {
        assertThat(ids(third)).doesNotContain("e1");
        assertThat(third)
            .filteredOn(entry -> !entry.hint().isEmpty())
            .extracting(RegistrationEntry::hint)
            .containsExactlyInAnyOrder("changed", "replaced");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void allOfAnEntryTravels(Transport transport) {
    TrustDomain foreign = TrustDomain.parse("foreign.example");
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      test.store.bundles().update(foreign, has -> has.withRefreshHint(Duration.ofSeconds(1)));
      Instant end = TestServer.START.plusSeconds(99);
      RegistrationEntry entry =
          test.server
              .entries()
              .create(
                  web(agent.id(), 1)
                      .selector("k8s", "ns:a:b")
                      .x509SvidTtl(Duration.ofSeconds(7))
                      .jwtSvidTtl(Duration.ofSeconds(8))
                      .dnsNames(List.of("b.example", "a.example"))
                      .federatesWith(List.of(foreign))
                      .admin(true)
                      .downstream(true)
                      .prefetch(false)
                      .jwtId(true)
                      .hint("hint")
                      .expiresAt(end)
                      .build())
              .entry();
      assertThat(agent.api().syncAuthorizedEntries(List.of()))
          .singleElement()
          .usingRecursiveComparison()
          .withEqualsForType(SpiffeId::equals, SpiffeId.class)
          .isEqualTo(entry);
    }
  }

  @ParameterizedTest
  @EnumSource
  void largeEntriesAreFewerToAPage(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        names.add("n" + i + "." + "x".repeat(60) + "." + "y".repeat(60));
      }
      for (int i = 0; i < 300; i++) {
        test.server.entries().create(web(agent.id(), i).dnsNames(names).build());
      }
      // Together more than a message may have.
      assertThat(agent.api().syncAuthorizedEntries(List.of()))
          .hasSize(300)
          .allSatisfy(entry -> assertThat(entry.dnsNames()).isEqualTo(names));
    }
  }
}
