package dev.spiffe4j.attest.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.agent.AgentHealth.State;
import dev.spiffe4j.attest.node.JoinTokenAttestation;
import dev.spiffe4j.attest.server.IdentityServer;
import dev.spiffe4j.attest.workload.TrackedProcess;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent next to the real server: in process, and over gRPC and TLS. */
class AgentWithServerTest {
  private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");

  /** Not as often as usual: two days have 34560 times five seconds. */
  private static final Duration SYNC_INTERVAL = Duration.ofSeconds(30);

  private final AgentHarness harness = new AgentHarness();
  private final IdentityServer server =
      IdentityServer.builder(TRUST_DOMAIN)
          .clock(harness.clock)
          .scheduler(harness.scheduler)
          .nodeApiAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .start();
  private NodeApi nodeApi = server.nodeApi();

  @AfterEach
  void closeAll() {
    harness.close();
    nodeApi.close();
    server.close();
  }

  @ParameterizedTest(name = "gRPC: {0}")
  @ValueSource(booleans = {false, true})
  void servesThroughRotationsOfEverything(boolean grpc) {
    AgentEngine engine = start(grpc);
    Recorder<X509Context> stream = watch();
    for (int hour = 0; hour < 48; hour++) {
      harness.advance(Duration.ofHours(1));

      X509Context context = stream.latest();
      assertThat(stream.ended()).isNull();
      X509Svid svid = context.x509Svid();
      assertThat(X509SvidVerifier.of(context, harness.clock).verify(svid.chain()).spiffeId())
          .isEqualTo(id("/web"));
    }
    assertThat(stream.count()).isBetween(85, 115);
    assertThat(engine.health().isHealthy()).isTrue();
  }

  @ParameterizedTest(name = "gRPC: {0}")
  @ValueSource(booleans = {false, true})
  void withdrawsEverythingWhenItIsBanned(boolean grpc) {
    AgentEngine engine = start(grpc);
    Recorder<X509Context> stream = watch();

    server.nodes().ban(server.nodes().list().get(0).agentId());
    harness.advance(SYNC_INTERVAL.multipliedBy(2));

    assertThat(engine.health().state()).isEqualTo(State.BANNED);
    assertThat(stream.ended()).isEqualTo(Reason.NO_IDENTITY);
  }

  @ParameterizedTest(name = "gRPC: {0}")
  @ValueSource(booleans = {false, true})
  void stopsWhenItIsEvictedAndHasNothingToAttestWith(boolean grpc) {
    AgentEngine engine = start(grpc);
    Recorder<X509Context> stream = watch();

    server.nodes().evict(server.nodes().list().get(0).agentId());
    harness.advance(SYNC_INTERVAL.multipliedBy(2));

    assertThat(engine.health().state()).isEqualTo(State.STOPPED);
    assertThat(stream.ended()).isEqualTo(Reason.UNAVAILABLE);
  }

  private AgentEngine start(boolean grpc) {
    if (grpc) {
      nodeApi =
          GrpcNodeApi.builder(server.nodeApiAddress().orElseThrow(), server.bundle().x509Bundle())
              .clock(harness.clock)
              .connect();
    }
    String token = server.joinTokens().create(Duration.ofMinutes(10)).value();
    IdentityAgent.Builder options =
        IdentityAgent.builder(nodeApi)
            .nodeAttestation(JoinTokenAttestation.of(token))
            .attestor(harness.attestor)
            .syncInterval(SYNC_INTERVAL)
            .clock(harness.clock);
    AgentEngine engine = harness.start(options);
    SpiffeId agentId = server.nodes().list().get(0).agentId();
    server
        .entries()
        .create(RegistrationEntry.builder(id("/web"), agentId).selector("test", "web").build());
    harness.advance(SYNC_INTERVAL.multipliedBy(2));
    return engine;
  }

  private Recorder<X509Context> watch() {
    TrackedProcess caller = harness.caller("web");
    return harness.watch(caller);
  }

  private static SpiffeId id(String path) {
    return SpiffeId.parse(TRUST_DOMAIN.spiffeId() + path);
  }
}
