package dev.spiffe4j.attest.agent;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.node.JoinTokenAttestation;
import dev.spiffe4j.attest.workload.PeerTracker;
import dev.spiffe4j.attest.workload.TrackedProcess;
import dev.spiffe4j.attest.workload.WorkloadAttestor;
import dev.spiffe4j.testing.ManualScheduler;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.workloadapi.server.PeerCredentials;
import dev.spiffe4j.workloadapi.server.WorkloadApiHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An agent without socket and without threads, next to a server in memory. */
final class AgentHarness implements AutoCloseable {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  final MutableInstantSource clock = MutableInstantSource.of(START);
  final ManualScheduler scheduler = ManualScheduler.of(clock);
  final FakeServer server = new FakeServer("example.org", clock);
  final List<AgentHealth> told = new ArrayList<>();
  final FakeAttestor attestor = new FakeAttestor();
  final IdentityAgent.Builder options =
      IdentityAgent.builder(server)
          .nodeAttestation(JoinTokenAttestation.of("token"))
          .attestor(attestor)
          .clock(clock)
          .listener(told::add);

  private @Nullable AgentEngine engine;

  AgentEngine start() {
    return start(options);
  }

  AgentEngine start(IdentityAgent.Builder with) {
    AgentEngine started = new AgentEngine(with, scheduler);
    started.start();
    engine = started;
    return started;
  }

  AgentEngine engine() {
    if (engine == null) {
      throw new IllegalStateException("not started");
    }
    return engine;
  }

  WorkloadApiHandler api() {
    return engine().handler();
  }

  /** A caller that has these selectors: this very process, as far as the kernel can tell. */
  TrackedProcess caller(String... selectors) {
    PeerCredentials self =
        new PeerCredentials(
            Math.toIntExact(ProcessHandle.current().pid()), ownId("Uid"), ownId("Gid"), -1);
    TrackedProcess process = PeerTracker.create().track(self);
    attestor.selectors.put(process, Set.of(selectors));
    return process;
  }

  private static int ownId(String name) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> Integer.parseUnsignedInt(line.split("\\s+", -1)[2]))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a stream of X.509-SVIDs. */
  Recorder<X509Context> watch(TrackedProcess caller) {
    Recorder<X509Context> recorder = new Recorder<>();
    var unused = api().watchX509Context(caller, recorder);
    return recorder;
  }

  void advance(Duration duration) {
    scheduler.advance(duration);
  }

  /** Long enough for the next pass. */
  void pass() {
    advance(Duration.ofSeconds(6));
  }

  static List<String> paths(X509Context context) {
    return context.svids().stream().map(X509Svid::spiffeId).map(id -> id.path()).toList();
  }

  @Override
  public void close() {
    if (engine != null) {
      engine.close();
    }
    attestor.selectors.keySet().forEach(TrackedProcess::close);
  }

  /** Knows each caller's selectors beforehand. */
  static final class FakeAttestor implements WorkloadAttestor {
    final Map<TrackedProcess, Set<String>> selectors = new ConcurrentHashMap<>();
    AttestationException.@Nullable Reason failure;

    @Override
    public String type() {
      return "test";
    }

    @Override
    public Set<Selector> attest(TrackedProcess process) {
      if (failure != null) {
        throw new AttestationException(failure, "test", "as the test wants it");
      }
      return selectors.getOrDefault(process, Set.of()).stream()
          .map(value -> new Selector("test", value))
          .collect(Collectors.toSet());
    }
  }
}
