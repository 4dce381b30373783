package dev.spiffe4j.benchmarks;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.agent.IdentityAgent;
import dev.spiffe4j.attest.node.JoinTokenAttestation;
import dev.spiffe4j.attest.server.IdentityServer;
import dev.spiffe4j.attest.workload.UnixWorkloadAttestor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server with many entries, and an agent that it gives their SVIDs. */
final class Engine implements AutoCloseable {
  private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");

  private final IdentityServer server = IdentityServer.builder(TRUST_DOMAIN).start();
  private final JoinToken token = server.joinTokens().create(Duration.ofMinutes(30));
  private final SpiffeId agentId =
      SpiffeId.of(TRUST_DOMAIN, "spire", "agent", "join_token", token.value());
  private IdentityAgent agent;
  private int entries;

  /** Registers workloads that nobody here is. */
  void registerOthers(int count) {
    for (int i = 0; i < count; i++) {
      register("other-" + i, "uid:" + (1_000_000 + i));
    }
  }

  /** Registers the user that runs the benchmarks. */
  void registerSelf() throws Exception {
    register("self", "uid:" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  private void register(String name, String selector) {
    server
        .entries()
        .create(
            RegistrationEntry.builder(
                    SpiffeId.of(TRUST_DOMAIN, "ns", "default", "sa", name), agentId)
                .selectors(List.of(new Selector("unix", selector)))
                .build());
    entries++;
  }

  /** Starts the agent, and waits until it has an SVID for each entry. */
  void startAgent(Path socket) {
    agent =
        IdentityAgent.builder(server.nodeApi())
            .nodeAttestation(JoinTokenAttestation.of(token.value()))
            .attestor(UnixWorkloadAttestor.create())
            .workloadApi(socket)
            .x509SvidCapacity(entries)
            .start();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (agent.health().x509Svids() < entries) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the agent has " + agent.health());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  @Override
  public void close() {
    if (agent != null) {
      agent.close();
    }
    server.close();
  }
}
