package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.agent.GrpcNodeApi;
import dev.spiffe4j.attest.agent.IdentityAgent;
import dev.spiffe4j.attest.node.JoinTokenAttestation;
import dev.spiffe4j.attest.server.IdentityServer;
import dev.spiffe4j.attest.workload.UnixWorkloadAttestor;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SPIRE's own binaries against our halves. The environment variable {@code SPIRE_BIN} names the
 * folder of {@code spire-server} and {@code spire-agent}; without it nothing here is run.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RealSpireTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir private Path directory;
  private final List<Process> processes = new ArrayList<>();
  private Path binaries;

  @BeforeEach
  void needsBinaries() {
    @Nullable String folder = System.getenv("SPIRE_BIN");
    assumeTrue(folder != null, "SPIRE_BIN is not set: SPIRE's own binaries are not run");
    binaries = Path.of(folder);
  }

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  @DisplayName("a real spire-agent attests to our server and serves what it signed")
  void spireAgent() throws Exception {
    try (IdentityServer server =
        IdentityServer.builder(Engine.TRUST_DOMAIN)
            .nodeApiAddress(new InetSocketAddress(LOOPBACK, 0))
            .start()) {
      JoinToken token = server.joinTokens().create(Duration.ofMinutes(10));
      server.entries().create(entryForThisUser(agentOf(token.value())));
      Path bundle = directory.resolve("bundle.pem");
      Files.write(bundle, server.bundle().x509Bundle().toPem());
      InetSocketAddress address = server.nodeApiAddress().orElseThrow();
      Path socket = directory.resolve("spire.sock");
      Path config = directory.resolve("agent.conf");
      Files.writeString(
          config,
          """
          agent {
            data_dir = "%s/agent"
            server_address = "127.0.0.1"
            server_port = "%d"
            socket_path = "%s"
            trust_bundle_path = "%s"
            trust_domain = "example.org"
          }
          plugins {
            NodeAttestor "join_token" { plugin_data {} }
            KeyManager "memory" { plugin_data {} }
            WorkloadAttestor "unix" { plugin_data {} }
          }
          """
              .formatted(directory, address.getPort(), socket, bundle));
      start("spire-agent", "run", "-config", config.toString(), "-joinToken", token.value());

      assertServed(socket);
      assertThat(server.nodes().find(agentOf(token.value()))).isPresent();
    }
  }

  @Test
  @DisplayName("our agent attests to a real spire-server and serves what it signed")
  void spireServer() throws Exception {
    int port = freePort();
    Path admin = directory.resolve("admin.sock");
    Path config = directory.resolve("server.conf");
    Files.writeString(
        config,
        """
        server {
          bind_address = "127.0.0.1"
          bind_port = "%d"
          trust_domain = "example.org"
          data_dir = "%s/server"
          socket_path = "%s"
        }
        plugins {
          DataStore "sql" {
            plugin_data {
              database_type = "sqlite3"
              connection_string = "%s/server.sqlite3"
            }
          }
          KeyManager "memory" { plugin_data {} }
          NodeAttestor "join_token" { plugin_data {} }
        }
        """
            .formatted(port, directory, admin, directory));
    start("spire-server", "run", "-config", config.toString());
    await(() -> Files.exists(admin), "spire-server did not start");

    String token = run("token", "generate", "-socketPath", admin.toString());
    String value = token.lines().findFirst().orElseThrow().substring("Token: ".length()).strip();
    run(
        "entry",
        "create",
        "-socketPath",
        admin.toString(),
        "-parentID",
        agentOf(value).toString(),
        "-spiffeID",
        "spiffe://example.org/interop",
        "-selector",
        thisUser().toString());
    X509Bundle bundle =
        X509Bundle.parsePem(
            Engine.TRUST_DOMAIN,
            run("bundle", "show", "-socketPath", admin.toString())
                .getBytes(StandardCharsets.UTF_8));

    Path socket = directory.resolve("ours.sock");
    try (GrpcNodeApi nodeApi = GrpcNodeApi.connect(new InetSocketAddress(LOOPBACK, port), bundle);
        IdentityAgent agent =
            IdentityAgent.builder(nodeApi)
                .nodeAttestation(JoinTokenAttestation.of(value))
                .attestor(UnixWorkloadAttestor.create())
                .workloadApi(socket)
                .start()) {
      assertServed(socket);
      assertThat(agent.health().isHealthy()).isTrue();
    }
  }

  private static void assertServed(Path socket) {
    try (X509Source source =
        X509Source.builder(WorkloadApiAddress.of(socket))
            .initialTimeout(Duration.ofSeconds(60))
            .connect()) {
      assertThat(source.x509Svid().spiffeId())
          .isEqualTo(SpiffeId.parse("spiffe://example.org/interop"));
    }
  }

  private static RegistrationEntry entryForThisUser(SpiffeId parent) throws IOException {
    return RegistrationEntry.builder(SpiffeId.parse("spiffe://example.org/interop"), parent)
        .selectors(List.of(thisUser()))
        .build();
  }

  private static Selector thisUser() throws IOException {
    return new Selector("unix", "uid:" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  private static SpiffeId agentOf(String token) {
    return SpiffeId.of(Engine.TRUST_DOMAIN, "spire", "agent", "join_token", token);
  }

  private void start(String program, String... arguments) throws IOException {
    processes.add(command(program, arguments).redirectErrorStream(true).inheritIO().start());
  }

  private String run(String... arguments) throws Exception {
    Process process = command("spire-server", arguments).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private ProcessBuilder command(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(binaries.resolve(program).toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }

  private static void await(Condition condition, String otherwise) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(otherwise);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }
}
