package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.server.TestServer.Transport;
import dev.spiffe4j.attest.store.EntryFilter;
import dev.spiffe4j.attest.store.EntryStore.Created;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EntriesTest {
  private static final SpiffeId AGENT = SpiffeId.parse("spiffe://example.org/spire/agent/x/1");

  private final TestServer test = TestServer.start(Transport.IN_PROCESS);
  private final Entries entries = test.server.entries();

  @AfterEach
  void close() {
    test.close();
  }

  private static RegistrationEntry.Builder entry(String id, SpiffeId parent) {
    return RegistrationEntry.builder(SpiffeId.parse(id), parent).selector("unix", "uid:1");
  }

  private static RegistrationEntry.Builder web() {
    return entry("spiffe://example.org/web", AGENT);
  }

  private void assertRefused(RegistrationEntry entry) {
    assertThatThrownBy(() -> entries.create(entry)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEntryGetsAnIdATimeAndARevision() {
    test.clock.advance(Duration.ofMillis(1500));
    Created created = entries.create(web().revision(7).build());
    assertThat(created.existed()).isFalse();
    assertThat(created.entry().id())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(created.entry().createdAt()).isEqualTo(TestServer.START.plusSeconds(1));
    assertThat(created.entry().revision()).isZero();

    Created again = entries.create(web().id("other").build());
    assertThat(again.existed()).isTrue();
    assertThat(again.entry()).isSameAs(created.entry());

    RegistrationEntry updated =
        entries.update(created.entry().toBuilder().hint("x").build()).orElseThrow();
    assertThat(updated.revision()).isEqualTo(1);
    assertThat(updated.createdAt()).isEqualTo(created.entry().createdAt());
    assertThat(entries.find(updated.id())).containsSame(updated);
    assertThat(entries.list(EntryFilter.all())).containsExactly(updated);
    assertThat(entries.delete(updated.id())).containsSame(updated);
    assertThat(entries.update(updated)).isEmpty();
  }

  @Test
  void acceptsWhatIsAllowed() {
    SpiffeId server = SpiffeId.of(TestServer.TD, "spire", "server");
    entries.create(web().id("A-z_0.9" + "x".repeat(248)).build());
    entries.create(entry("spiffe://example.org/spirelike", server).build());
    entries.create(
        web().selector("k8s", "ns:a").dnsNames(List.of("a", "*.b.c", "x-1.example.org")).build());
  }

  @Test
  void refusesIdsThatAreReservedOrOfOthers() {
    for (String id :
        List.of(
            "spiffe://other/web",
            "spiffe://example.org",
            "spiffe://example.org/spire",
            "spiffe://example.org/spire/server",
            "spiffe://example.org/spire/agent/x/1")) {
      assertRefused(entry(id, AGENT).build());
    }
    for (String parent : List.of("spiffe://other/spire/agent/x/1", "spiffe://example.org")) {
      assertRefused(entry("spiffe://example.org/web", SpiffeId.parse(parent)).build());
    }
  }

  @Test
  void refusesWhatIsNotSound() {
    for (String id : List.of("a b", "ä", "a/b", "x".repeat(256))) {
      assertRefused(web().id(id).build());
    }
    assertRefused(
        RegistrationEntry.builder(SpiffeId.parse("spiffe://example.org/web"), AGENT).build());
    for (String name :
        List.of("", "a..b", "-a", "a-", "a.*", "**.a", "a.", "a_b", "x".repeat(64))) {
      assertRefused(web().dnsNames(List.of(name)).build());
    }
    assertRefused(web().storeSvid(true).selector("k8s", "ns:a").build());
    assertRefused(web().storeSvid(true).prefetch(false).build());
  }

  @Test
  void federatesWithTrustDomainsWhoseBundleIsThere() {
    TrustDomain foreign = TrustDomain.parse("foreign.example");
    RegistrationEntry entry = web().federatesWith(List.of(foreign)).build();
    assertRefused(entry);
    test.store.bundles().update(foreign, bundle -> bundle.withRefreshHint(Duration.ofSeconds(1)));
    entries.create(entry);
    assertRefused(web().id("2").hint("x").federatesWith(List.of(TestServer.TD)).build());
  }

  @Test
  void anUpdateKeepsTheRules() {
    RegistrationEntry entry = entries.create(web().build()).entry();
    RegistrationEntry reserved =
        entry("spiffe://example.org/spire/server", AGENT).id(entry.id()).build();
    assertThatThrownBy(() -> entries.update(reserved)).isInstanceOf(IllegalArgumentException.class);
    assertThat(entries.find(entry.id())).containsSame(entry);
  }
}
