package dev.spiffe4j.it;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.agent.GrpcNodeApi;
import dev.spiffe4j.attest.agent.IdentityAgent;
import dev.spiffe4j.attest.node.JoinTokenAttestation;
import dev.spiffe4j.attest.server.IdentityServer;
import dev.spiffe4j.attest.workload.UnixWorkloadAttestor;
import dev.spiffe4j.testing.ManualScheduler;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server, and an agent that serves this very process; by the wall clock, or by hand. */
final class Engine implements AutoCloseable {
  static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");

  final IdentityServer server;
  final IdentityAgent agent;
  private final NodeApi nodeApi;
  private final SpiffeId agentId;
  private final Path socket;

  private Engine(
      IdentityServer server, NodeApi nodeApi, IdentityAgent.Builder agent, JoinToken token)
      throws IOException {
    this.server = server;
    this.nodeApi = nodeApi;
    this.agentId = SpiffeId.of(TRUST_DOMAIN, "spire", "agent", "join_token", token.value());
    this.socket = Files.createTempDirectory("spiffe4j-it-").resolve("api.sock");
    this.agent =
        agent
            .nodeAttestation(JoinTokenAttestation.of(token.value()))
            .attestor(UnixWorkloadAttestor.create())
            .workloadApi(socket)
            .start();
  }

  /** Over gRPC and TLS, by the wall clock. */
  static Engine start() throws IOException {
    IdentityServer server =
        IdentityServer.builder(TRUST_DOMAIN)
            .nodeApiAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .start();
    NodeApi nodeApi =
        GrpcNodeApi.connect(server.nodeApiAddress().orElseThrow(), server.bundle().x509Bundle());
    return new Engine(
        server,
        nodeApi,
        IdentityAgent.builder(nodeApi).syncInterval(Duration.ofMillis(200)),
        server.joinTokens().create(Duration.ofMinutes(10)));
  }

  /** In one process, by a clock and a scheduler that the test moves. */
  static Engine start(MutableInstantSource clock, ManualScheduler scheduler) throws IOException {
    IdentityServer server =
        IdentityServer.builder(TRUST_DOMAIN).clock(clock).scheduler(scheduler).start();
    NodeApi nodeApi = server.nodeApi();
    return new Engine(
        server,
        nodeApi,
        IdentityAgent.builder(nodeApi)
            .clock(clock)
            .scheduler(scheduler)
            .syncInterval(Duration.ofMinutes(1)),
        server.joinTokens().create(Duration.ofMinutes(10)));
  }

  WorkloadApiAddress address() {
    return WorkloadApiAddress.of(socket);
  }

  /** Registers an identity for whoever runs as the user that runs the tests. */
  RegistrationEntry register(String path) throws IOException {
    // Zero: the default of the server.
    return register(path, Duration.ZERO);
  }

  /** The same, with X.509-SVIDs of a lifetime. */
  RegistrationEntry register(String path, Duration ttl) throws IOException {
    int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return server
        .entries()
        .create(
            RegistrationEntry.builder(SpiffeId.parse("spiffe://example.org" + path), agentId)
                .selectors(List.of(new Selector("unix", "uid:" + uid)))
                .x509SvidTtl(ttl)
                .build())
        .entry();
  }

  /** Waits until the agent has signed SVIDs for its entries. */
  void awaitX509Svids(int count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (agent.health().x509Svids() < count) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the agent has " + agent.health());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  @Override
  public void close() {
    agent.close();
    nodeApi.close();
    server.close();
  }
}
