package dev.spiffe4j.tls.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.Party;
import dev.spiffe4j.tls.netty.TlsEngine;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("gRPC never resumes: each connection asks on both sides")
class GrpcResumptionTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = party("/client");
  private final Party server = party("/server");

  /** Whose own SVID outlives those that expire in these tests. */
  private Party party(String path) {
    return new Party(
        clock, domain.context(domain.svid(path).lifetime(Duration.ofHours(2)).build()));
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "NATIVE"})
  void everyConnectionAsksOnBothSides(TlsEngine engine) throws Exception {
    try (GrpcPeers peers = new GrpcPeers(client.tls(), server.tls(), engine)) {
      for (int i = 1; i <= 3; i++) {
        peers.meet();
        assertThat(client.questions.get()).isGreaterThanOrEqualTo(i);
        assertThat(server.questions.get()).isGreaterThanOrEqualTo(i);
      }
    }
  }

  private void refusesAfter(TlsEngine engine, boolean atServer, Runnable end) throws Exception {
    try (GrpcPeers peers = new GrpcPeers(client.tls(), server.tls(), engine)) {
      peers.meet();
      peers.meet();
      end.run();

      assertThatThrownBy(peers::meet)
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    } finally {
      (atServer ? server : client).authorizer = Authorizer.anyAuthenticated();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "NATIVE"})
  @DisplayName("what ends trust, on either side, ends the next connection")
  void refusesWhoIsTrustedNoMore(TlsEngine engine) throws Exception {
    for (boolean atServer : new boolean[] {true, false}) {
      Party asked = atServer ? server : client;
      Party peer = atServer ? client : server;
      refusesAfter(engine, atServer, () -> asked.authorizer = who -> false);

      X509Context before = asked.source.x509Context();
      TestTrustDomain successor = TestTrustDomain.builder("example.org").clock(clock).build();
      refusesAfter(
          engine,
          atServer,
          () -> asked.source.set(X509Context.of(before.svids(), List.of(successor.bundle()))));
      asked.source.set(before);

      peer.source.set(domain.context(domain.issue("/short")));
      refusesAfter(engine, atServer, () -> asked.clock.advance(Duration.ofMinutes(61)));
      asked.clock.set(clock.instant());
    }
  }
}
