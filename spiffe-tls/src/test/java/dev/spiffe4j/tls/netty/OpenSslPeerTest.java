package dev.spiffe4j.tls.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.Party;
import dev.spiffe4j.tls.SpiffeTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("openssl s_client and s_server as foreign peers")
class OpenSslPeerTest {
  @TempDir Path directory;

  private final MutableInstantSource clock =
      MutableInstantSource.of(InstantSource.system().instant());
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party party = new Party(clock, domain.context(domain.issue("/ours")));

  @BeforeEach
  void needsOpenSsl() throws Exception {
    boolean there;
    try {
      there = start("version").waitFor() == 0;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "the openssl command is not on this machine");
  }

  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private String[] credentials(X509Svid svid) throws IOException {
    Path certificates = directory.resolve("svid.pem");
    Path key = directory.resolve("key.pem");
    Path bundle = directory.resolve("bundle.pem");
    Files.write(certificates, svid.toPem());
    Files.write(key, svid.privateKeyToPem());
    Files.write(bundle, domain.bundle().toPem());
    return new String[] {
      "-cert", certificates.toString(), "-key", key.toString(), "-CAfile", bundle.toString(),
    };
  }

  private static String[] join(String[] first, String... second) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(second));
    return all.toArray(String[]::new);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "NATIVE"})
  void serves(TlsEngine engine) throws Exception {
    SpiffeTls tls = party.tls();
    try (SpiffeSslContext servers = SpiffeSslContext.forServer(tls).engine(engine).build();
        NettyListener listener = new NettyListener(servers)) {
      for (String version : List.of("-tls1_2", "-tls1_3")) {
        Outcome.Side side = connect(listener, version, domain.issue("/theirs"));
        assertThat(tls.peer(side.established()).spiffeId()).isEqualTo(domain.id("/theirs"));
      }
      TestTrustDomain other = TestTrustDomain.builder("other.org").clock(clock).build();
      assertThat(connect(listener, "-tls1_3", other.issue("/theirs")).reason())
          .isEqualTo(Reason.NO_BUNDLE);
    }
  }

  private Outcome.Side connect(NettyListener listener, String version, X509Svid svid)
      throws Exception {
    Process client =
        start(
            join(
                new String[] {"s_client", "-connect", "127.0.0.1:" + listener.port(), version},
                join(credentials(svid), "-verify_return_error", "-quiet")));
    client.getOutputStream().write('x');
    client.getOutputStream().flush();
    try {
      return listener.next();
    } finally {
      client.destroy();
      client.waitFor();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "NATIVE"})
  void isServed(TlsEngine engine) throws Exception {
    SpiffeTls tls = party.tls();
    int port = freePort();
    Process server =
        start(
            join(
                new String[] {"s_server", "-accept", "127.0.0.1:" + port, "-naccept", "2"},
                join(
                    credentials(domain.issue("/theirs")), "-Verify", "3", "-verify_return_error")));
    try (SpiffeSslContext clients = SpiffeSslContext.forClient(tls).engine(engine).build()) {
      BlockingQueue<String> lines = read(server);
      await(lines, "ACCEPT");
      Outcome.Side side = NettyListener.connect(clients, port);
      assertThat(tls.peer(side.established()).spiffeId()).isEqualTo(domain.id("/theirs"));

      party.authorizer = peer -> false;
      assertThat(NettyListener.connect(clients, port).reason()).isEqualTo(Reason.NOT_AUTHORIZED);
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static BlockingQueue<String> read(Process process) {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader in =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                in.lines().forEach(lines::add);
              } catch (IOException | java.io.UncheckedIOException e) {
                lines.add("closed");
              }
            });
    reader.setDaemon(true);
    reader.start();
    return lines;
  }

  private static void await(BlockingQueue<String> lines, String wanted) throws Exception {
    String line;
    do {
      line = lines.poll(60, TimeUnit.SECONDS);
      assertThat(line).isNotNull();
    } while (!wanted.equals(line));
  }
}
