package dev.spiffe4j.attest.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.agent.AgentHealth.State;
import dev.spiffe4j.attest.node.JoinTokenAttestation;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgentLifecycleTest {
  private final AgentHarness agent = new AgentHarness();

  @AfterEach
  void closeAgent() {
    agent.close();
  }

  @Test
  void startsWithAttestationAndAFirstPass() {
    agent.server.put(agent.server.entry("web", "/web", "web"));

    agent.start();

    AgentHealth health = agent.engine().health();
    assertThat(health.isHealthy()).isTrue();
    assertThat(health.state()).isEqualTo(State.RUNNING);
    assertThat(health.lastSync()).isEqualTo(AgentHarness.START);
    assertThat(health.entries()).isEqualTo(1);
    assertThat(health.x509Svids()).isEqualTo(1);
  }

  @Test
  void doesNotStartWithoutAServerAndCanBeStartedLater() {
    agent.server.down = true;

    assertThatExceptionOfType(NodeApiException.class)
        .isThrownBy(agent::start)
        .matches(e -> e.reason() == Reason.UNAVAILABLE);
    assertThat(agent.scheduler.nextDue()).isEmpty();

    agent.server.down = false;
    agent.start();
    assertThat(agent.engine().health().isHealthy()).isTrue();
  }

  @Test
  void doesNotStartIfTheFirstPassFails() {
    agent.server.attestFailure =
        new AttestationException(
            AttestationException.Reason.EVIDENCE_SPENT, "join_token", "used already");

    assertThatExceptionOfType(AttestationException.class)
        .isThrownBy(agent::start)
        .matches(e -> e.reason() == AttestationException.Reason.EVIDENCE_SPENT);
  }

  @Test
  void asksForTheBundleBeforeItSpendsAProof() {
    agent.start();

    assertThat(agent.server.calls.indexOf("bundle"))
        .isLessThan(agent.server.calls.indexOf("attestAgent"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"AGENT_EXPIRED", "AGENT_NOT_ATTESTED", "AGENT_NOT_ACTIVE", "AGENT_MUST_REATTEST"})
  void attestsAgainWhenTheServerAsksForIt(Reason reason) {
    agent.server.reattestable = true;
    Recorder<X509Context> stream = startWithStream();

    agent.server.refusal = reason;
    agent.pass();

    assertThat(agent.server.count("attestAgent")).isEqualTo(2);
    assertThat(agent.engine().health().isHealthy()).isTrue();
    assertThat(stream.ended()).isNull();
    assertThat(stream.count()).isEqualTo(1);
  }

  @Test
  void triesToAttestAgainUntilTheServerIsThere() {
    agent.server.reattestable = true;
    startWithStream();

    agent.server.refusal = Reason.AGENT_NOT_ATTESTED;
    agent.server.attestFailure = new NodeApiException(Reason.UNAVAILABLE, "restarting");
    agent.pass();
    assertThat(agent.engine().health().serverReachable()).isFalse();
    assertThat(agent.engine().health().state()).isEqualTo(State.RUNNING);

    agent.server.attestFailure = null;
    agent.advance(Duration.ofMinutes(1));
    assertThat(agent.engine().health().isHealthy()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"AGENT_EXPIRED", "AGENT_NOT_ATTESTED", "AGENT_NOT_ACTIVE"})
  void stopsIfItCannotAttestAgain(Reason reason) {
    Recorder<X509Context> stream = startWithStream();

    agent.server.refusal = reason;
    agent.pass();

    assertThat(agent.server.count("attestAgent")).isEqualTo(1);
    assertEnded(State.STOPPED, stream, WorkloadApiException.Reason.UNAVAILABLE);
  }

  @Test
  void withdrawsEverythingWhenItIsBanned() {
    agent.server.reattestable = true;
    Recorder<X509Context> stream = startWithStream();

    agent.server.refusal = Reason.AGENT_BANNED;
    agent.pass();

    assertThat(agent.server.count("attestAgent")).isEqualTo(1);
    assertEnded(State.BANNED, stream, WorkloadApiException.Reason.NO_IDENTITY);
  }

  @Test
  void isBannedAlsoIfTheServerSaysSoWhenItAttestsAgain() {
    agent.server.reattestable = true;
    Recorder<X509Context> stream = startWithStream();

    agent.server.refusal = Reason.AGENT_NOT_ATTESTED;
    agent.server.attestFailure =
        new AttestationException(AttestationException.Reason.BANNED, "join_token", "banned");
    agent.pass();

    assertEnded(State.BANNED, stream, WorkloadApiException.Reason.NO_IDENTITY);
  }

  private Recorder<X509Context> startWithStream() {
    agent.server.put(agent.server.entry("web", "/web", "web"));
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));
    assertThat(stream.count()).isEqualTo(1);
    return stream;
  }

  private void assertEnded(
      State state, Recorder<X509Context> stream, WorkloadApiException.Reason reason) {
    assertThat(stream.ended()).isEqualTo(reason);
    AgentHealth health = agent.engine().health();
    assertThat(health.state()).isEqualTo(state);
    assertThat(health.x509Svids()).isZero();
    assertThat(health.jwtSvids()).isZero();
    assertThat(health.entries()).isZero();
    assertThat(agent.told).extracting(AgentHealth::state).endsWith(state);
    assertThatExceptionOfType(WorkloadApiException.class)
        .isThrownBy(() -> agent.watch(agent.caller("web")))
        .matches(e -> e.reason() == reason);

    int calls = agent.server.calls.size();
    agent.advance(Duration.ofHours(1));
    assertThat(agent.server.calls).hasSize(calls);
  }

  @Test
  void renewsItsOwnSvidAtHalfOfItsLife() {
    agent.start();

    agent.advance(Duration.ofMinutes(26));
    assertThat(agent.server.count("renewAgent")).isZero();
    agent.advance(Duration.ofMinutes(8));
    assertThat(agent.server.count("renewAgent")).isEqualTo(1);

    agent.advance(Duration.ofHours(10));
    assertThat(agent.server.count("renewAgent")).isBetween(18L, 24L);
    assertThat(agent.server.count("attestAgent")).isEqualTo(1);
    assertThat(agent.engine().health().isHealthy()).isTrue();
  }

  @Test
  void aRenewalThatFailsHoldsUpNothingElse() {
    agent.server.reattestable = true;
    Recorder<X509Context> stream = startWithStream();
    agent.server.attestFailure =
        new AttestationException(
            AttestationException.Reason.EVIDENCE_REFUSED, "join_token", "not today");

    agent.advance(Duration.ofMinutes(50));
    assertThat(agent.engine().health().isHealthy()).isTrue();
    assertThat(agent.engine().health().lastSync()).isAfter(agent.clock.instant().minusSeconds(10));
    assertThat(agent.server.count("attestAgent")).isBetween(5L, 40L);
    assertThat(stream.ended()).isNull();

    agent.server.attestFailure = null;
    agent.advance(Duration.ofMinutes(5));
    long attested = agent.server.count("attestAgent");
    agent.advance(Duration.ofMinutes(15));
    assertThat(agent.server.count("attestAgent")).isEqualTo(attested);
  }

  @Test
  void verifiesTheServerByTheBundleOfNow() {
    agent.start();
    agent.server.rotate();
    agent.server.revokeOld();

    agent.pass();
    agent.pass();

    assertThat(agent.server.agentAuthorities).containsExactly(agent.server.activeAuthority());
  }

  @Test
  void renewsByAttestingAgainWhereThatIsPossible() {
    agent.server.reattestable = true;
    agent.start();

    agent.advance(Duration.ofMinutes(34));

    assertThat(agent.server.count("renewAgent")).isZero();
    assertThat(agent.server.count("attestAgent")).isEqualTo(2);
  }

  @Test
  void attestsAgainAfterAnOutageThatWasLongerThanItsSvid() {
    agent.server.reattestable = true;
    agent.start();

    agent.server.down = true;
    agent.advance(Duration.ofHours(2));
    agent.server.down = false;
    agent.advance(Duration.ofMinutes(5));

    assertThat(agent.server.count("attestAgent")).isGreaterThanOrEqualTo(2);
    assertThat(agent.engine().health().isHealthy()).isTrue();
  }

  @Test
  void servesOnDuringAnOutageThatIsLongerThanItsSvidAndStopsAfterIt() {
    agent.server.put(agent.server.entry("web", "/web", "web").x509SvidTtl(Duration.ofHours(10)));
    agent.start();
    Recorder<X509Context> stream = agent.watch(agent.caller("web"));

    agent.server.down = true;
    agent.advance(Duration.ofHours(2));
    assertThat(agent.engine().health().state()).isEqualTo(State.RUNNING);
    assertThat(stream.ended()).isNull();
    assertThat(agent.watch(agent.caller("web")).count()).isEqualTo(1);

    agent.server.down = false;
    agent.advance(Duration.ofMinutes(5));
    assertEnded(State.STOPPED, stream, WorkloadApiException.Reason.UNAVAILABLE);
  }

  @Test
  void asksLessAndLessOftenWhileTheServerIsAway() {
    agent.start();
    agent.server.down = true;
    int before = agent.server.calls.size();

    agent.advance(Duration.ofMinutes(30));

    assertThat(agent.server.calls.size() - before).isBetween(8, 30);
    assertThat(agent.engine().health().serverReachable()).isFalse();
    assertThat(agent.engine().health().lastSync())
        .isBefore(AgentHarness.START.plus(Duration.ofSeconds(1)));

    agent.server.down = false;
    agent.advance(Duration.ofMinutes(5));
    assertThat(agent.engine().health().isHealthy()).isTrue();
    assertThat(agent.told).extracting(AgentHealth::serverReachable).containsExactly(false, true);
  }

  @Test
  void closeEndsStreamsAndWorkAndNothingElse() {
    Recorder<X509Context> stream = startWithStream();

    agent.engine().close();
    agent.engine().close();

    assertThat(stream.ended()).isEqualTo(WorkloadApiException.Reason.UNAVAILABLE);
    assertThat(agent.engine().health().state()).isEqualTo(State.CLOSED);
    assertThat(agent.server.calls).contains("agentApi.close").doesNotContain("close");
    agent.advance(Duration.ofMinutes(1));
    assertThat(agent.scheduler.nextDue()).isEmpty();
    assertThat(agent.scheduler.isShutdown()).isFalse();
  }

  @Test
  void saysWhatIsMissing() {
    assertThatIllegalStateException()
        .isThrownBy(() -> IdentityAgent.builder(agent.server).start())
        .withMessageContaining("workloadApi");
    IdentityAgent.Builder builder =
        IdentityAgent.builder(agent.server).workloadApi(Path.of("/nowhere"));
    assertThatIllegalStateException().isThrownBy(builder::start).withMessageContaining("attestor");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.attestor(agent.attestor).start())
        .withMessageContaining("nodeAttestation");
    assertThat(agent.server.calls).isEmpty();
  }

  @Test
  void neverPrintsTheToken() {
    assertThat(JoinTokenAttestation.of("s3cret").payload()).asString().isEqualTo("s3cret");
    assertThat(JoinTokenAttestation.of("s3cret").toString()).doesNotContain("s3cret");
  }
}
