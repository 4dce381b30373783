package dev.spiffe4j.attest.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.workload.TrackedProcess;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.server.Caller;
import dev.spiffe4j.workloadapi.server.PeerCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class X509ServingTest {
  private static final TrustDomain FOREIGN = TrustDomain.parse("foreign.example");

  private final AgentHarness agent = new AgentHarness();
  private final FakeServer server = agent.server;

  @AfterEach
  void closeAgent() {
    agent.close();
  }

  @Test
  @DisplayName("WAPI-11 the first answer comes at once, and WAPI-09 has everything")
  void servesAllIdentitiesAtOnce() {
    server.put(server.entry("b", "/b", "web"));
    server.put(server.entry("a", "/a", "web", "blue"));
    server.put(server.entry("c", "/c", "other"));
    agent.start();

    Recorder<X509Context> stream = agent.watch(agent.caller("web", "blue", "more"));

    assertThat(stream.count()).isEqualTo(1);
    assertThat(AgentHarness.paths(stream.latest())).containsExactly("/a", "/b");
    assertThat(stream.latest().bundles()).containsOnlyKeys(server.trustDomain);
    assertAllVerify(stream.latest());
  }

  @Test
  @DisplayName("An entry matches if the caller has all of its selectors")
  void matchesBySubset() {
    server.put(server.entry("a", "/a", "web", "blue"));
    agent.start();
    assertThat(agent.watch(agent.caller("web", "blue")).count()).isEqualTo(1);

    assertRefused(agent.caller("web"), Reason.NO_IDENTITY);
  }

  @Test
  @DisplayName("WAPI-10 without a change nothing is sent")
  void sendsNothingWithoutChange() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));

    server.put(server.entry("other", "/other", "other"));
    agent.advance(Duration.ofMinutes(20));

    assertThat(stream.count()).isEqualTo(1);
    assertThat(stream.ended()).isNull();
  }

  @Test
  void callersThatMatchTheSameShareOneInstance() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();

    X509Context one = agent.watch(agent.caller("web")).latest();
    X509Context two = agent.watch(agent.caller("web", "else")).latest();

    assertThat(one).isSameAs(two);
  }

  @Test
  @DisplayName("WAPI-76 the oldest entry's identity is the default one, ties by entry ID")
  void ordersByAge() {
    server.put(server.entry("a", "/young", "web").createdAt(AgentHarness.START.plusSeconds(9)));
    server.put(server.entry("z", "/old", "web").createdAt(AgentHarness.START.plusSeconds(1)));
    server.put(server.entry("y", "/old-too", "web").createdAt(AgentHarness.START.plusSeconds(1)));
    agent.start();

    assertThat(AgentHarness.paths(agent.watch(agent.caller("web")).latest()))
        .containsExactly("/old-too", "/old", "/young");
  }

  @Test
  @DisplayName("WAPI-27 of identities with one hint, the oldest is given")
  void leavesOutRepeatedHints() {
    server.put(
        server.entry("a", "/young", "web").hint("x").createdAt(AgentHarness.START.plusSeconds(9)));
    server.put(server.entry("b", "/old", "web").hint("x"));
    server.put(server.entry("c", "/plain", "web"));
    server.put(server.entry("d", "/plain-too", "web"));
    agent.start();

    X509Context context = agent.watch(agent.caller("web")).latest();

    assertThat(AgentHarness.paths(context)).containsExactly("/old", "/plain", "/plain-too");
    assertThat(context.svids().get(0).hint()).contains("x");
    assertThat(context.svids().get(1).hint()).isEmpty();
  }

  @Test
  @DisplayName("WAPI-29 a stranger gets PermissionDenied")
  void refusesStrangers() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();
    assertThat(agent.watch(agent.caller("web")).count()).isEqualTo(1);

    assertRefused(agent.caller(), Reason.NO_IDENTITY);
    assertThat(agent.engine().health().streams()).isEqualTo(1);
  }

  @Test
  @DisplayName("WAPI-69 if an attestor fails, the answer is Unavailable")
  void refusesIfAnAttestorFails() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();
    TrackedProcess caller = agent.caller("web");
    assertThat(agent.watch(caller).count()).isEqualTo(1);

    agent.attestor.failure = AttestationException.Reason.UNAVAILABLE;

    assertRefused(caller, Reason.UNAVAILABLE);
  }

  @Test
  @DisplayName("EP-38 a caller that has ended gets nothing")
  void refusesTheDead() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();
    TrackedProcess caller = agent.caller("web");
    Recorder<X509Context> stream = agent.watch(caller);

    caller.close();

    assertRefused(caller, Reason.CALLER_GONE);
    server.put(server.entry("b", "/b", "web"));
    agent.pass();
    assertThat(stream.ended()).isEqualTo(Reason.CALLER_GONE);
    assertThat(stream.count()).isEqualTo(1);
  }

  @Test
  void refusesCallersThatNobodyTracks() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();
    Caller untracked =
        new Caller() {
          @Override
          public PeerCredentials credentials() {
            return new PeerCredentials(1, 0, 0, -1);
          }

          @Override
          public boolean isAlive() {
            return true;
          }

          @Override
          public void close() {}
        };

    assertThatExceptionOfType(WorkloadApiException.class)
        .isThrownBy(() -> agent.api().watchX509Context(untracked, new Recorder<>()))
        .matches(e -> e.reason() == Reason.UNAVAILABLE);
  }

  @Test
  @DisplayName("WAPI-59 an entry that comes, changes or goes is told; without any the stream ends")
  void followsEntries() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));

    server.put(server.entry("b", "/b", "web"));
    agent.pass();
    assertThat(AgentHarness.paths(stream.latest())).containsExactly("/a", "/b");

    server.entries.remove("a");
    agent.pass();
    assertThat(AgentHarness.paths(stream.latest())).containsExactly("/b");
    assertThat(stream.count()).isEqualTo(3);
    assertThat(agent.engine().health().x509Svids()).isEqualTo(1);

    server.entries.remove("b");
    agent.pass();
    assertThat(stream.ended()).isEqualTo(Reason.NO_IDENTITY);
    assertThat(stream.count()).isEqualTo(3);
    assertThat(agent.engine().health().streams()).isZero();
  }

  @Test
  void anEntryThatEndsMatchesNobodyFromThatMoment() {
    server.put(
        server.entry("a", "/a", "web").expiresAt(AgentHarness.START.plus(Duration.ofMinutes(5))));
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));
    agent.advance(Duration.ofSeconds(299));
    assertThat(stream.ended()).isNull();

    agent.clock.advance(Duration.ofSeconds(1));

    assertRefused(agent.caller("web"), Reason.NO_IDENTITY);
    agent.pass();
    assertThat(stream.ended()).isEqualTo(Reason.NO_IDENTITY);
  }

  @Test
  void aChangeOfWhatIsInTheCertificateSignsAnew() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));
    X509Svid before = stream.latest().x509Svid();

    server.put(server.change("a").dnsNames(List.of("web.example.org")));
    agent.pass();
    assertThat(stream.latest().x509Svid().leaf()).isNotEqualTo(before.leaf());

    X509Svid named = stream.latest().x509Svid();
    server.put(server.change("a").x509SvidTtl(Duration.ofMinutes(10)));
    agent.pass();
    assertThat(stream.latest().x509Svid().expiresAt()).isBefore(named.expiresAt());
  }

  @Test
  void aChangeOfWhatIsNotInTheCertificateSignsNothing() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));
    X509Svid before = stream.latest().x509Svid();

    Instant later = AgentHarness.START.plus(Duration.ofDays(9));
    server.put(server.change("a").expiresAt(later));
    agent.pass();
    assertThat(stream.count()).isEqualTo(1);

    server.put(server.change("a").hint("x"));
    agent.pass();
    assertThat(stream.latest().x509Svid().hint()).contains("x");
    assertThat(stream.latest().x509Svid().leaf()).isEqualTo(before.leaf());
    assertThat(server.batches).containsExactly(1);
  }

  @Test
  void neverServesTheOldNameOfAnEntry() {
    server.put(server.entry("a", "/old", "web"));
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));

    server.put(server.entry("a", "/new", "web"));
    server.failingEntries.add("a");
    agent.pass();

    assertThat(stream.ended()).isEqualTo(Reason.UNAVAILABLE);
    server.failingEntries.clear();
    agent.advance(Duration.ofMinutes(1));
    assertThat(AgentHarness.paths(agent.watch(agent.caller("web")).latest()))
        .containsExactly("/new");
  }

  @Test
  void withoutPrefetchAnSvidIsMadeWhenSomebodyAsks() {
    server.put(server.entry("a", "/a", "web").prefetch(false));
    agent.start();
    assertThat(agent.engine().health().x509Svids()).isZero();

    Recorder<X509Context> stream = agent.watch(agent.caller("web"));
    assertThat(AgentHarness.paths(stream.latest())).containsExactly("/a");
    agent.watch(agent.caller("web"));
    assertThat(server.batches).containsExactly(1);

    // While it is followed it is renewed.
    agent.advance(Duration.ofHours(2));
    assertThat(server.batches.size()).isBetween(4, 6);
    assertThat(stream.ended()).isNull();
    assertAllVerify(stream.latest());
  }

  @Test
  void withoutPrefetchAndFollowersAnSvidIsDroppedWhenItIsDue() {
    server.put(server.entry("a", "/a", "web").prefetch(false));
    agent.start();
    Recorder<X509Context> stream = new Recorder<>();
    agent.api().watchX509Context(agent.caller("web"), stream).close();
    assertThat(agent.engine().health().x509Svids()).isEqualTo(1);

    agent.advance(Duration.ofMinutes(40));

    assertThat(agent.engine().health().x509Svids()).isZero();
    assertThat(server.batches).containsExactly(1);
    assertThat(stream.count()).isEqualTo(1);
  }

  @Test
  void signsManyInBatches() {
    for (int i = 0; i < 700; i++) {
      server.put(server.entry("e" + i, "/e" + i, "web" + i));
    }
    agent.options.x509SvidCapacity(700);

    agent.start();

    assertThat(server.batches).containsExactly(500, 200);
    assertThat(agent.engine().health().x509Svids()).isEqualTo(700);
  }

  @Test
  void holdsNoMoreThanItsCapacityAndServesTheRestOnDemand() {
    for (int i = 0; i < 30; i++) {
      server.put(server.entry("e" + i, "/e" + i, "web" + i));
    }
    agent.options.x509SvidCapacity(10);
    agent.start();
    assertThat(agent.engine().health().x509Svids()).isEqualTo(10);

    List<Recorder<X509Context>> streams = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      streams.add(agent.watch(agent.caller("web" + i)));
    }
    agent.advance(Duration.ofHours(1));

    // What is followed is never dropped.
    assertThat(streams).allMatch(stream -> stream.ended() == null && stream.count() > 1);
    assertThat(agent.engine().health().x509Svids()).isEqualTo(30);
  }

  @Test
  void anEntryThatCannotBeSignedHoldsUpNoOther() {
    server.put(server.entry("bad", "/bad", "web"));
    server.put(server.entry("good", "/good", "web"));
    server.failingEntries.add("bad");
    agent.start();

    Recorder<X509Context> stream = agent.watch(agent.caller("web"));
    assertThat(AgentHarness.paths(stream.latest())).containsExactly("/good");
    int tries = server.batches.size();
    agent.advance(Duration.ofMinutes(10));
    assertThat(server.batches.size() - tries).isBetween(3, 15);
    assertThat(agent.engine().health().isHealthy()).isTrue();

    server.failingEntries.clear();
    agent.advance(Duration.ofMinutes(5));
    assertThat(AgentHarness.paths(stream.latest())).containsExactly("/bad", "/good");
  }

  @Test
  void neverServesWhatHasExpired() {
    server.put(server.entry("a", "/a", "web"));
    server.put(server.entry("b", "/b", "web").x509SvidTtl(Duration.ofHours(10)));
    server.put(server.entry("c", "/c", "short"));
    server.agentTtl = Duration.ofHours(12);
    agent.start();
    Recorder<X509Context> both = agent.watch(agent.caller("web"));
    Recorder<X509Context> one = agent.watch(agent.caller("short"));
    server.down = true;

    agent.advance(Duration.ofMinutes(59));
    assertThat(both.latest().svids()).hasSize(2);
    assertThat(one.ended()).isNull();
    assertThat(AgentHarness.paths(agent.watch(agent.caller("short")).latest()))
        .containsExactly("/c");

    agent.clock.advance(Duration.ofMinutes(1));
    assertRefused(agent.caller("short"), Reason.UNAVAILABLE);
    agent.pass();
    assertThat(AgentHarness.paths(both.latest())).containsExactly("/b");
    assertThat(one.ended()).isEqualTo(Reason.UNAVAILABLE);

    server.down = false;
    agent.advance(Duration.ofMinutes(5));
    assertThat(AgentHarness.paths(both.latest())).containsExactly("/a", "/b");
  }

  @Test
  void replacesWhatTaintedAuthoritiesSignedInBoundedSteps() {
    for (int i = 0; i < 250; i++) {
      server.put(server.entry("e" + i, "/e" + i, "web"));
    }
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));
    server.rotate();
    agent.pass();
    assertThat(signedByActive(stream.latest())).isZero();

    server.taintOld();
    agent.pass();
    assertThat(signedByActive(stream.latest())).isEqualTo(100);
    agent.pass();
    assertThat(signedByActive(stream.latest())).isEqualTo(200);
    agent.pass();
    assertThat(signedByActive(stream.latest())).isEqualTo(250);
    assertThat(stream.latest().svids()).hasSize(250);
    assertAllVerify(stream.latest());
  }

  @Test
  void replacesWhatIsNoLongerTrustedInTheSameStep() {
    for (int i = 0; i < 120; i++) {
      server.put(server.entry("e" + i, "/e" + i, "web"));
    }
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));
    server.rotate();
    server.revokeOld();

    agent.pass();

    assertThat(stream.count()).isEqualTo(2);
    assertThat(signedByActive(stream.latest())).isEqualTo(120);
    assertAllVerify(stream.latest());
  }

  private long signedByActive(X509Context context) {
    return context.svids().stream()
        .filter(
            svid ->
                svid.leaf()
                    .getIssuerX500Principal()
                    .equals(server.activeAuthority().getSubjectX500Principal()))
        .count();
  }

  @Test
  void givesTheForeignBundlesThatTheEntriesAskFor() {
    server.put(server.entry("a", "/a", "web").federatesWith(Set.of(FOREIGN)));
    server.put(server.entry("b", "/b", "other"));
    agent.start();
    Recorder<X509Context> web = agent.watch(agent.caller("web"));
    Recorder<X509Context> other = agent.watch(agent.caller("other"));
    assertThat(web.latest().bundles()).containsOnlyKeys(server.trustDomain);

    server.federated.put(FOREIGN, foreignBundle());
    agent.pass();
    assertThat(web.latest().bundles()).containsOnlyKeys(server.trustDomain, FOREIGN);
    assertThat(other.count()).isEqualTo(1);

    server.federated.remove(FOREIGN);
    agent.pass();
    assertThat(web.latest().bundles()).containsOnlyKeys(server.trustDomain);
  }

  @Test
  void aForeignBundleNeverReplacesTheOwnOne() {
    server.put(server.entry("a", "/a", "web").federatesWith(Set.of(server.trustDomain, FOREIGN)));
    TrustBundle foreign = foreignBundle();
    TrustBundle forged =
        new TrustBundle(server.trustDomain, foreign.x509Authorities(), List.of(), 1, Duration.ZERO);
    server.federated.put(server.trustDomain, forged);
    server.federated.put(FOREIGN, forged);
    agent.start();

    Recorder<X509Context> stream = agent.watch(agent.caller("web"));

    assertThat(stream.latest().bundles()).containsOnlyKeys(server.trustDomain);
    assertAllVerify(stream.latest());
    assertThat(agent.engine().health().isHealthy()).isTrue();
  }

  @Test
  void keepsTheKnownForeignBundleIfTheServerSendsNonsense() {
    server.put(server.entry("a", "/a", "web").federatesWith(Set.of(FOREIGN)));
    TrustBundle foreign = foreignBundle();
    server.federated.put(FOREIGN, foreign);
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));
    assertThat(stream.latest().bundles()).containsKey(FOREIGN);

    server.federated.put(FOREIGN, TrustBundle.empty(TrustDomain.parse("third.example")));
    server.put(server.entry("b", "/b", "web"));
    agent.pass();

    assertThat(AgentHarness.paths(stream.latest())).containsExactly("/a", "/b");
    assertThat(stream.latest().bundles().get(FOREIGN)).isEqualTo(foreign.x509Bundle());
  }

  private TrustBundle foreignBundle() {
    return new FakeServer(FOREIGN.name(), agent.clock).bundle();
  }

  @Test
  @DisplayName("WAPI-10 the stream of bundles says nothing of rotated SVIDs")
  void bundleStreamsFollowBundlesOnly() {
    server.put(server.entry("a", "/a", "web"));
    agent.start();
    Recorder<X509Context> bundles = new Recorder<>();
    var unused = agent.api().watchX509Bundles(agent.caller("web"), bundles);
    assertThat(bundles.latest().bundles()).containsOnlyKeys(server.trustDomain);

    agent.advance(Duration.ofHours(2));
    assertThat(bundles.count()).isEqualTo(1);

    server.rotate();
    agent.pass();
    assertThat(bundles.count()).isEqualTo(2);
    server.entries.clear();
    agent.pass();
    assertThat(bundles.ended()).isEqualTo(Reason.NO_IDENTITY);
  }

  @Test
  @DisplayName("WAPI-81 who has no identity gets the own bundle alone, and only if that is allowed")
  void givesStrangersTheOwnBundleIfAllowed() {
    server.put(server.entry("a", "/a", "web").federatesWith(Set.of(FOREIGN)));
    server.federated.put(FOREIGN, foreignBundle());
    agent.start();
    assertThatExceptionOfType(WorkloadApiException.class)
        .isThrownBy(() -> agent.api().watchX509Bundles(agent.caller(), new Recorder<>()))
        .matches(e -> e.reason() == Reason.NO_IDENTITY);
    agent.engine().close();

    agent.options.allowUnauthenticatedVerifiers(true);
    agent.start();
    Recorder<X509Context> bundles = new Recorder<>();
    var unused = agent.api().watchX509Bundles(agent.caller(), bundles);

    assertThat(bundles.latest().bundles()).containsOnlyKeys(server.trustDomain);
    assertRefused(agent.caller(), Reason.NO_IDENTITY);
  }

  @Test
  void entriesWithoutSelectorsOrForAStoreOrOfAnotherTrustDomainAreServedToNobody() {
    server.put(server.entry("a", "/a", "web"));
    server.put(server.entry("b", "/b"));
    server.put(server.entry("c", "/c", "web").storeSvid(true));
    server.put(
        RegistrationEntry.builder(FOREIGN.spiffeId(), server.agentId())
            .id("d")
            .selector("test", "web"));
    agent.start();

    assertThat(AgentHarness.paths(agent.watch(agent.caller("web")).latest())).containsExactly("/a");
  }

  private void assertRefused(TrackedProcess caller, Reason reason) {
    assertThatExceptionOfType(WorkloadApiException.class)
        .isThrownBy(() -> agent.watch(caller))
        .matches(e -> e.reason() == reason, "reason " + reason);
  }

  private void assertAllVerify(X509Context context) {
    X509SvidVerifier verifier = X509SvidVerifier.of(context, agent.clock);
    for (X509Svid svid : context.svids()) {
      assertThat(verifier.verify(svid.chain()).spiffeId()).isEqualTo(svid.spiffeId());
    }
  }
}
