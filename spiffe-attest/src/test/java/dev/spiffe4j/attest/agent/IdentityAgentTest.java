package dev.spiffe4j.attest.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.agent.AgentHealth.State;
import dev.spiffe4j.attest.node.JoinTokenAttestation;
import dev.spiffe4j.attest.workload.UnixWorkloadAttestor;
import dev.spiffe4j.testing.ManualScheduler;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent at a real socket, with real callers. */
class IdentityAgentTest {
  @TempDir Path directory;
  private final MutableInstantSource clock = MutableInstantSource.of(Instant.now());
  private final ManualScheduler scheduler = ManualScheduler.of(clock);
  private final FakeServer server = new FakeServer("example.org", clock);

  @Test
  void servesThisVeryProcessAndFollowsItsEntries() throws Exception {
    server.put(unixEntry("a", "/a", "uid:" + uid()));
    try (IdentityAgent agent = builder().start();
        X509Source source = X509Source.connect(address())) {
      BlockingQueue<X509Context> updates = new LinkedBlockingQueue<>();
      var unused = source.subscribe(updates::add);
      assertThat(ids(source.x509Context())).containsExactly("/a");
      assertThat(agent.health().streams()).isEqualTo(1);

      server.put(unixEntry("b", "/b", "uid:" + uid()));
      scheduler.advance(Duration.ofSeconds(6));
      awaitIds(updates, "/a", "/b");
    }
  }

  @Test
  @DisplayName(
      "EP-19..21 each process gets what it is, without secrets and without help of its own")
  void servesEachProcessItsOwn() throws Exception {
    assumeTrue(uid() == 0 && Files.exists(Path.of("/usr/bin/setpriv")), "needs root and setpriv");
    server.put(unixEntry("red", "/red", "gid:4001"));
    server.put(unixEntry("blue", "/blue", "gid:4002"));
    try (IdentityAgent agent = builder().start()) {
      assertThat(agent.health().isHealthy()).isTrue();

      assertThat(workload(4001)).contains("x509 " + id("/red"), "jwt " + id("/red"));
      assertThat(workload(4002)).contains("x509 " + id("/blue"), "jwt " + id("/blue"));
      assertThat(workload(4003)).contains("refused " + Reason.NO_IDENTITY);
    }
  }

  @Test
  void validatesTokensAndGivesBundles() {
    server.put(unixEntry("a", "/a", "uid:" + uid()));
    try (IdentityAgent agent = builder().start();
        WorkloadApiClient client = WorkloadApiClient.connect(address())) {
      String token = client.fetchJwtSvid("db").token();

      assertThat(client.validateJwtSvid("db", token).spiffeId()).isEqualTo(id("/a"));
      assertThatExceptionOfType(WorkloadApiException.class)
          .isThrownBy(() -> client.validateJwtSvid("web", token))
          .matches(e -> e.reason() == Reason.INVALID_ARGUMENT);
      assertThat(client.fetchX509Bundles()).containsOnlyKeys(server.trustDomain);
      assertThat(client.fetchJwtBundles()).containsOnlyKeys(server.trustDomain);
      assertThat(agent.health().jwtSvids()).isEqualTo(1);
    }
  }

  @Test
  void leavesNothingBehind() {
    IdentityAgent agent = builder().start();
    assertThat(directory.resolve("api.sock")).exists();

    agent.close();
    agent.close();

    assertThat(directory.resolve("api.sock")).doesNotExist();
    assertThat(agent.health().state()).isEqualTo(State.CLOSED);
    scheduler.advance(Duration.ofSeconds(10));
    assertThat(scheduler.nextDue()).isEmpty();
  }

  @Test
  void canBeStartedAgainAfterItFailed() throws IOException {
    IdentityAgent.Builder builder = builder();
    server.down = true;
    assertThatExceptionOfType(NodeApiException.class)
        .isThrownBy(builder::start)
        .matches(e -> e.reason() == NodeApiException.Reason.UNAVAILABLE);
    assertThat(directory.resolve("api.sock")).doesNotExist();

    server.down = false;
    Path inTheWay = Files.createDirectory(directory.resolve("api.sock"));
    assertThatExceptionOfType(WorkloadApiException.class).isThrownBy(builder::start);
    scheduler.advance(Duration.ofSeconds(10));
    assertThat(scheduler.nextDue()).isEmpty();

    Files.delete(inTheWay);
    builder.start().close();
  }

  private IdentityAgent.Builder builder() {
    return IdentityAgent.builder(server)
        .nodeAttestation(JoinTokenAttestation.of("token"))
        .attestor(UnixWorkloadAttestor.create())
        .workloadApi(directory.resolve("api.sock"))
        .clock(clock)
        .scheduler(scheduler);
  }

  private dev.spiffe4j.attest.RegistrationEntry.Builder unixEntry(
      String id, String path, String selector) {
    return server.entry(id, path).selector("unix", selector);
  }

  private SpiffeId id(String path) {
    return server.id(path);
  }

  private WorkloadApiAddress address() {
    return WorkloadApiAddress.of(directory.resolve("api.sock"));
  }

  /** What a workload says that runs under another group. */
  private List<String> workload(int gid) throws Exception {
    Process process =
        new ProcessBuilder(
                "setpriv",
                "--regid",
                Integer.toString(gid),
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Workload.class.getName(),
                address().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output.lines().toList();
  }

  private static void awaitIds(BlockingQueue<X509Context> updates, String... paths)
      throws InterruptedException {
    List<String> seen = new ArrayList<>();
    while (!seen.equals(List.of(paths))) {
      X509Context update = updates.poll(30, TimeUnit.SECONDS);
      assertThat(update).as("last seen: %s", seen).isNotNull();
      seen = ids(update);
    }
  }

  private static List<String> ids(X509Context context) {
    return context.svids().stream().map(X509Svid::spiffeId).map(SpiffeId::path).toList();
  }

  private static int uid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
