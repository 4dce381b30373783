package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.TestAgent;
import dev.spiffe4j.attest.node.NodeAttestor;
import dev.spiffe4j.attest.server.TestServer.Transport;
import dev.spiffe4j.testing.ManualScheduler;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentityServerTest {
  private static void assertUnavailable(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            NodeApiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
  }

  @Test
  void aServerThatCannotListenLeavesNothingBehind() {
    try (TestServer test = TestServer.start(Transport.GRPC)) {
      ManualScheduler scheduler = ManualScheduler.of(test.clock);
      IdentityServer.Builder second =
          IdentityServer.builder(TestServer.TD)
              .clock(test.clock)
              .scheduler(scheduler)
              .nodeApiAddress(test.address());
      assertUnavailable(second::start);
      assertThat(scheduler.nextDue()).isEmpty();
      assertThat(scheduler.isShutdown()).isFalse();
    }
  }

  @Test
  void twoAttestorsOfOneTypeAreRefused() {
    try (TestServer test = TestServer.start(Transport.IN_PROCESS)) {
      NodeAttestor another =
          NodeAttestor.joinToken(TestServer.TD, test.store.joinTokens(), test.clock);
      assertThatThrownBy(() -> IdentityServer.builder(TestServer.TD).nodeAttestor(another).start())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aClosedServerServesNobodyAndClosesOnlyWhatIsItsOwn() {
    try (TestServer test = TestServer.start(Transport.IN_PROCESS)) {
      TestAgent agent = test.agent();
      assertThat(agent.api().syncAuthorizedEntries(List.of())).isEmpty();
      test.server.close();
      test.server.close();
      assertUnavailable(() -> agent.api().syncAuthorizedEntries(List.of()));
      assertUnavailable(test.api::bundle);
      assertThat(test.scheduler.isShutdown()).isFalse();
      assertThat(test.scheduler.nextDue()).isEmpty();

      // The store goes on, and with it what another server makes of it.
      try (IdentityServer next =
          IdentityServer.builder(TestServer.TD)
              .dataStore(test.store)
              .clock(test.clock)
              .scheduler(test.scheduler)
              .start()) {
        assertThat(next.bundle().x509Authorities()).hasSize(2);
        try (TestAgent again = TestAgent.of(next.nodeApi(), agent.svid())) {
          assertThat(again.api().syncAuthorizedEntries(List.of())).isEmpty();
        }
      }
    }
  }

  @Test
  void lifetimesHaveALeast() {
    IdentityServer.Builder builder = IdentityServer.builder(TestServer.TD);
    assertThatThrownBy(() -> builder.caTtl(Duration.ofSeconds(59)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.x509SvidTtl(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.jwtSvidTtl(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.agentTtl(Duration.ofMillis(999)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
