package dev.spiffe4j.attest.spire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** A SPIRE server of one trust domain, with join tokens, that is told what to do by its command. */
final class SpireServer {
  private final Spire spire;
  private final int port;

  private SpireServer(Spire spire, int port) {
    this.spire = spire;
    this.port = port;
  }

  static SpireServer start(Spire spire) throws IOException {
    SpireServer server = new SpireServer(spire, freePort());
    spire.write(
        "server.conf",
        """
        server {
          bind_address = "127.0.0.1"
          bind_port = "%d"
          trust_domain = "example.org"
          data_dir = "data"
          log_level = "DEBUG"
          socket_path = "s.sock"
        }
        plugins {
          DataStore "sql" {
            plugin_data {
              database_type = "sqlite3"
              connection_string = "data/datastore.sqlite3"
            }
          }
          NodeAttestor "join_token" { plugin_data {} }
          KeyManager "memory" { plugin_data {} }
        }
        """
            .formatted(server.port));
    spire.start("spire-server", "run", "-config", "server.conf");
    spire.await("spire-server", server::isHealthy);
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean isHealthy() {
    try {
      run("healthcheck");
      return true;
    } catch (AssertionError e) {
      // Not yet.
      return false;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Runs a command that must succeed, and returns what it printed. */
  String run(String... arguments) throws IOException, InterruptedException {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "-socketPath";
    all[arguments.length + 1] = "s.sock";
    return spire.run("spire-server", all);
  }

  /** The certificate of the authority, as PEM. */
  String bundle() throws IOException, InterruptedException {
    return run("bundle", "show");
  }

  String joinToken() throws IOException, InterruptedException {
    return run("token", "generate")
        .lines()
        .filter(line -> line.startsWith("Token: "))
        .findFirst()
        .orElseThrow()
        .substring("Token: ".length())
        .strip();
  }
}
