package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.AgentApi.X509SvidRequest;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.TestAgent;
import dev.spiffe4j.attest.TestRequests;
import dev.spiffe4j.attest.node.NodeAttestation;
import dev.spiffe4j.attest.node.NodeAttestor;
import dev.spiffe4j.attest.server.TestServer.Transport;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of an agent, the same in this process and on the wire. */
class AgentLifecycleTest {
  private static void assertDenied(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            NodeApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static void assertNotAttested(AttestationException.Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AttestationException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static void assertWorks(TestAgent agent) {
    assertThat(agent.api().syncAuthorizedEntries(List.of())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aJoinTokenMakesAnAgent(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      JoinToken token = test.server.joinTokens().create(Duration.ofMinutes(10));
      TestAgent agent = test.attest(token.value());
      assertThat(agent.id())
          .isEqualTo(SpiffeId.of(TestServer.TD, "spire", "agent", "join_token", token.value()));
      assertThat(agent.svid().expiresAt()).isEqualTo(TestServer.START.plus(Duration.ofHours(1)));
      assertThat(agent.svid().chain()).hasSize(1);
      assertWorks(agent);

      AttestedNode node = test.server.nodes().find(agent.id()).orElseThrow();
      assertThat(node.attestationType()).isEqualTo("join_token");
      assertThat(node.reattestable()).isFalse();
      assertThat(node.current().orElseThrow().serialNumber())
          .isEqualTo(agent.svid().leaf().getSerialNumber());
      assertThat(token.toString()).doesNotContain(token.value());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aJoinTokenWorksOnceAndInTime(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      String used = test.server.joinTokens().create(Duration.ofMinutes(10)).value();
      String late = test.server.joinTokens().create(Duration.ofMinutes(10)).value();
      test.attest(used);
      // SPIRE's statuses do not tell a spent token from one that never was.
      AttestationException.Reason refused =
          transport == Transport.GRPC
              ? AttestationException.Reason.EVIDENCE_REFUSED
              : AttestationException.Reason.EVIDENCE_SPENT;
      assertNotAttested(refused, () -> test.attest(used));
      test.clock.advance(Duration.ofMinutes(10));
      assertNotAttested(refused, () -> test.attest(late));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBadRequestDoesNotUseUpTheToken(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      String token = test.server.joinTokens().create(Duration.ofMinutes(10)).value();
      KeyPair stolen = TestRequests.keys();
      byte[] csr = TestRequests.csr(stolen, TestRequests.keys(), "CN=x", null, "SHA256withECDSA");
      assertThatThrownBy(() -> test.api.attestAgent(TestAgent.joinToken(token), csr))
          .isInstanceOfAny(NodeApiException.class, AttestationException.class);
      assertWorks(test.attest(token));
    }
  }

  @ParameterizedTest
  @EnumSource
  void evidenceThatIsNoneIsRefused(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      byte[] csr = TestRequests.csr(TestRequests.keys());
      assertNotAttested(
          AttestationException.Reason.UNKNOWN_ATTESTOR,
          () -> test.api.attestAgent(TestAgent.client("x509pop", new byte[] {1}), csr));
      for (String token : List.of("", "a/b", "..", "ünknown", "x".repeat(3000))) {
        assertThatThrownBy(() -> test.attest(token)).isInstanceOf(AttestationException.class);
      }
      assertThatThrownBy(() -> test.attest("unknown")).isInstanceOf(AttestationException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAttestorMayAskTheNodeAndFindsSelectors(Transport transport) {
    NodeAttestor attestor =
        new NodeAttestor() {
          @Override
          public String type() {
            return "asking";
          }

          @Override
          public NodeAttestation attest(byte[] payload, Challenger challenger) {
            for (byte[] challenge : new byte[][] {{1, 2}, {3, 4, 5}}) {
              byte[] answer = challenger.challenge(challenge);
              if (answer[0] != challenge[challenge.length - 1]) {
                throw new AttestationException(
                    AttestationException.Reason.EVIDENCE_REFUSED, type(), "wrong answer");
              }
            }
            SpiffeId id = SpiffeId.of(TestServer.TD, "spire", "agent", "asking", "n1");
            return new NodeAttestation(id, List.of("zone:a", "zone:a", "rack:1"), true);
          }
        };
    try (TestServer test = TestServer.start(transport, builder -> builder.nodeAttestor(attestor))) {
      TestAgent agent = TestAgent.attest(test.api, TestAgent.client("asking", new byte[] {1}));
      assertThat(test.server.nodes().find(agent.id()).orElseThrow().selectors())
          .containsExactly(new Selector("asking", "rack:1"), new Selector("asking", "zone:a"));
      assertDenied(Reason.AGENT_MUST_REATTEST, agent::renew);

      // Another attestation of the same node ends the SVID before.
      TestAgent again = TestAgent.attest(test.api, TestAgent.client("asking", new byte[] {1}));
      assertWorks(again);
      assertDenied(Reason.AGENT_NOT_ACTIVE, () -> agent.api().syncAuthorizedEntries(List.of()));
      agent.close();
      again.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRenewedSvidReplacesTheOldOneWhenItIsUsed(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      X509Svid first = agent.svid();
      X509Svid lost = agent.renew();
      X509Svid second = agent.renew();
      // The old one works until then.
      assertWorks(agent);

      agent.use(second);
      assertWorks(agent);
      AttestedNode node = test.server.nodes().find(agent.id()).orElseThrow();
      assertThat(node.current().orElseThrow().serialNumber())
          .isEqualTo(second.leaf().getSerialNumber());
      assertThat(node.pending()).isEmpty();

      for (X509Svid old : List.of(first, lost)) {
        agent.use(old);
        assertDenied(Reason.AGENT_NOT_ACTIVE, () -> agent.api().syncAuthorizedEntries(List.of()));
        assertDenied(Reason.AGENT_NOT_ACTIVE, agent::renew);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBannedAgentIsOut(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      X509Svid pending = agent.renew();
      assertThat(test.server.nodes().ban(agent.id())).isTrue();
      for (X509Svid svid : List.of(agent.svid(), pending)) {
        agent.use(svid);
        assertDenied(Reason.AGENT_BANNED, () -> agent.api().syncAuthorizedEntries(List.of()));
        assertDenied(Reason.AGENT_BANNED, agent::renew);
      }
      assertThat(test.server.nodes().list()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBannedNodeCannotAttestAgain(Transport transport) {
    SpiffeId id = SpiffeId.of(TestServer.TD, "spire", "agent", "easy", "n1");
    NodeAttestor easy =
        new NodeAttestor() {
          @Override
          public String type() {
            return "easy";
          }

          @Override
          public NodeAttestation attest(byte[] payload, Challenger challenger) {
            return new NodeAttestation(id, List.of(), true);
          }
        };
    try (TestServer test = TestServer.start(transport, builder -> builder.nodeAttestor(easy))) {
      TestAgent.attest(test.api, TestAgent.client("easy", new byte[] {1})).close();
      test.server.nodes().ban(id);
      assertNotAttested(
          AttestationException.Reason.BANNED,
          () -> TestAgent.attest(test.api, TestAgent.client("easy", new byte[] {1})));
      test.server.nodes().evict(id);
      TestAgent.attest(test.api, TestAgent.client("easy", new byte[] {1})).close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEvictedAgentIsNotKnown(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      assertWorks(agent);
      assertThat(test.server.nodes().evict(agent.id())).isTrue();
      assertDenied(Reason.AGENT_NOT_ATTESTED, () -> agent.api().syncAuthorizedEntries(List.of()));
      assertThat(test.server.nodes().evict(agent.id())).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExpiredAgentLearnsIt(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      assertWorks(agent);
      test.scheduler.advance(Duration.ofHours(1));
      assertWorks(agent);
      test.scheduler.advance(Duration.ofSeconds(1));
      assertDenied(Reason.AGENT_EXPIRED, () -> agent.api().syncAuthorizedEntries(List.of()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWorkloadIsNoAgent(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      KeyPair keys = TestRequests.keys();
      String entry = test.entry(agent.id(), "web").id();
      X509Svid svid =
          X509Svid.of(
              keys.getPrivate(),
              agent
                  .api()
                  .newX509Svids(List.of(X509SvidRequest.of(entry, TestRequests.csr(keys))))
                  .get(0)
                  .chain());
      try (TestAgent workload = TestAgent.of(test.api, svid)) {
        assertDenied(
            Reason.PERMISSION_DENIED, () -> workload.api().syncAuthorizedEntries(List.of()));
        assertThat(workload.api().bundle().x509Authorities()).hasSize(1);
      }
    }
  }
}
