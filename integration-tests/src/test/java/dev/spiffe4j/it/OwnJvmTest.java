package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.WorkloadApiFixture;
import dev.spiffe4j.tls.SpiffeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Applications in JVMs of their own, with a Workload API and a server of mutual TLS")
class OwnJvmTest {
  private static final String PROVIDER = "dev.spiffe4j.tls.SpiffeProvider";
  private static final String MODULES = "--add-modules=dev.spiffe4j.tls,dev.spiffe4j.workloadapi";
  private static final String ACCEPT = "-Dspiffe4j.tls.accept=spiffe://example.org/server";

  @TempDir Path directory;

  private WorkloadApiFixture workloadApi;
  private SSLServerSocket server;
  private final BlockingQueue<String> clients = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws IOException {
    workloadApi = WorkloadApiFixture.start("example.org");
    var domain = workloadApi.trustDomain();
    SpiffeTls tls =
        SpiffeTls.builder(
                MutableX509Source.of(domain.context(domain.issue("/server"))),
                Authorizer.memberOf(domain.trustDomain()))
            .build();
    server =
        (SSLServerSocket)
            tls.sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> serve(tls), "server");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(SpiffeTls tls) {
    while (!server.isClosed()) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.startHandshake();
        clients.add(tls.peer(socket.getSession()).spiffeId().toString());
        socket.getOutputStream().write(1);
      } catch (IOException e) {
        clients.add(e.toString());
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    workloadApi.close();
  }

  private ChildJvm.Ended run(List<String> command) throws Exception {
    return ChildJvm.run(
        command,
        Map.of("SPIFFE_ENDPOINT_SOCKET", workloadApi.address().toString()),
        Integer.toString(server.getLocalPort()));
  }

  @Test
  @DisplayName("core, jwt, tls and workloadapi are modules with names, and work")
  void modulePath() throws Exception {
    ChildJvm.Ended ended = run(ChildJvm.compile(directory, "application").onModulePath());

    assertThat(ended.lines())
        .containsExactly(
            "module dev.spiffe4j.core",
            "module dev.spiffe4j.jwt",
            "module dev.spiffe4j.tls",
            "module dev.spiffe4j.workloadapi",
            "server spiffe://example.org/server",
            "token spiffe://example.org/workload");
    assertThat(ended.status()).isZero();
    assertThat(clients).containsExactly("spiffe://example.org/workload");
  }

  /** A file for {@code -Djava.security.properties}: numbers of providers must have no gap. */
  private String security() throws IOException {
    Path properties = Files.createTempFile("java", ".security");
    int next = Security.getProviders().length + 1;
    Files.writeString(properties, "security.provider." + next + "=" + PROVIDER + "\n");
    return "-Djava.security.properties=" + properties;
  }

  @Test
  @DisplayName("who has names only shakes hands by the Workload API of the environment")
  void names() throws Exception {
    ChildJvm stranger = ChildJvm.compile(directory, "stranger");

    assertHandshakes(run(stranger.onClassPath(security(), ACCEPT)), "unnamed");
    assertHandshakes(run(stranger.onModulePath(security(), ACCEPT, MODULES)), "named");
  }

  private void assertHandshakes(ChildJvm.Ended ended, String module) {
    assertThat(ended.lines())
        .containsExactly(
            "provider spiffe://example.org/server",
            "factory spiffe://example.org/server",
            "module " + module);
    assertThat(ended.status()).isZero();
    assertThat(clients)
        .containsExactly("spiffe://example.org/workload", "spiffe://example.org/workload");
    clients.clear();
  }

  @Test
  @DisplayName("without whom to accept, and without a Workload API, there is no handshake")
  void namesThatAreNotEnough() throws Exception {
    ChildJvm stranger = ChildJvm.compile(directory, "stranger");
    assertThat(run(stranger.onClassPath(security())).lines())
        .anyMatch(line -> line.contains("spiffe4j.tls.accept is not set"));

    ChildJvm.Ended homeless =
        ChildJvm.run(
            stranger.onClassPath(security(), ACCEPT),
            Map.of("SPIFFE_ENDPOINT_SOCKET", ""),
            Integer.toString(server.getLocalPort()));
    assertThat(homeless.status()).isNotZero();
    assertThat(homeless.lines()).anyMatch(line -> line.contains("SPIFFE_ENDPOINT_SOCKET"));
    assertThat(clients).isEmpty();
  }
}
