package dev.spiffe4j.attest.spire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.server.IdentityServer;
import dev.spiffe4j.attest.store.EntryFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** A real SPIRE agent, and our server. */
@EnabledIfEnvironmentVariable(named = "SPIRE_BIN", matches = ".+")
class SpireAgentTest {
  private static final TrustDomain TD = TrustDomain.parse("example.org");
  private static final int OTHERS = 1200;

  @TempDir Path folder;

  @Test
  void aSpireAgentLivesWithOurServer() throws Exception {
    try (Spire spire = new Spire(folder);
        IdentityServer server =
            IdentityServer.builder(TD)
                .nodeApiAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .agentTtl(Duration.ofSeconds(24))
                .start()) {
      JoinToken token = server.joinTokens().create(Duration.ofMinutes(10));
      SpiffeId agentId = SpiffeId.of(TD, "spire", "agent", "join_token", token.value());
      register(server, agentId);
      Process agent = start(spire, server, token);

      // Attested, synchronized by pages, and serving.
      spire.await("spire-agent", () -> isFetched(spire, "x509", "spiffe://example.org/web"));
      fetchAndValidateToken(spire);

      // A change of one entry comes with the next synchronization.
      RegistrationEntry web =
          server.entries().list(EntryFilter.all()).stream()
              .filter(entry -> entry.spiffeId().path().equals("/web"))
              .findFirst()
              .orElseThrow();
      server.entries().update(web.toBuilder().hint("renamed").build());
      spire.await("spire-agent", () -> isFetched(spire, "x509", "renamed"));

      // Renewed in two phases, at half of its life, and again.
      for (int i = 0; i < 2; i++) {
        AttestedNode before = server.nodes().find(agentId).orElseThrow();
        spire.await("spire-agent", () -> isReplaced(server, before));
      }

      // A prepared authority is learnt before it signs.
      server.x509Authority().prepare();
      spire.await("spire-agent", () -> bundleSize(spire) == 2);
      server.x509Authority().activate();
      assertThat(agent.isAlive()).isTrue();

      server.nodes().ban(agentId);
      assertThat(agent.waitFor(60, TimeUnit.SECONDS)).as("a banned agent stops").isTrue();
      assertThat(spire.log("spire-agent")).contains("banned");
    }
  }

  private static void register(IdentityServer server, SpiffeId agentId) throws IOException {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    server
        .entries()
        .create(
            RegistrationEntry.builder(SpiffeId.of(TD, "web"), agentId)
                .selector("unix", "uid:" + uid)
                .dnsNames(List.of("web.example.org"))
                .build());
    for (int i = 0; i < OTHERS; i++) {
      server
          .entries()
          .create(
              RegistrationEntry.builder(SpiffeId.of(TD, "other" + i), agentId)
                  .selector("unix", "uid:" + (100_000 + i))
                  .build());
    }
  }

  private static Process start(Spire spire, IdentityServer server, JoinToken token)
      throws IOException, CertificateEncodingException {
    spire.write("bootstrap.pem", pem(server.bundle()));
    int port = server.nodeApiAddress().orElseThrow().getPort();
    spire.write(
        "agent.conf",
        """
        agent {
          data_dir = "data"
          log_level = "DEBUG"
          server_address = "127.0.0.1"
          server_port = "%d"
          socket_path = "api.sock"
          trust_bundle_path = "bootstrap.pem"
          trust_domain = "example.org"
          join_token = "%s"
        }
        plugins {
          NodeAttestor "join_token" { plugin_data {} }
          KeyManager "memory" { plugin_data {} }
          WorkloadAttestor "unix" { plugin_data {} }
        }
        """
            .formatted(port, token.value()));
    return spire.start("spire-agent", "run", "-config", "agent.conf");
  }

  private static String pem(TrustBundle bundle) throws CertificateEncodingException {
    byte[] der = bundle.x509Authorities().get(0).certificate().getEncoded();
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der)
        + "\n-----END CERTIFICATE-----\n";
  }

  private static boolean isFetched(Spire spire, String kind, String text) {
    try {
      return spire
          .run("spire-agent", "api", "fetch", kind, "-socketPath", "api.sock", "-output", "json")
          .contains(text);
    } catch (AssertionError e) {
      // Not yet.
      return false;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void fetchAndValidateToken(Spire spire) throws Exception {
    String output =
        spire.run(
            "spire-agent", "api", "fetch", "jwt", "-audience", "db", "-socketPath", "api.sock");
    String token =
        output.lines().map(String::strip).filter(line -> line.startsWith("ey")).findFirst().get();
    assertThat(
            spire.run(
                "spire-agent",
                "api",
                "validate",
                "jwt",
                "-audience",
                "db",
                "-svid",
                token,
                "-socketPath",
                "api.sock"))
        .contains("spiffe://example.org/web");
  }

  private static boolean isReplaced(IdentityServer server, AttestedNode before) {
    return !server
        .nodes()
        .find(before.agentId())
        .orElseThrow()
        .current()
        .orElseThrow()
        .serialNumber()
        .equals(before.current().orElseThrow().serialNumber());
  }

  private static int bundleSize(Spire spire) {
    try {
      Path written = Files.createTempDirectory(spire.path("."), "svid");
      spire.run(
          "spire-agent",
          "api",
          "fetch",
          "x509",
          "-socketPath",
          "api.sock",
          "-write",
          written.toString());
      return Files.readString(written.resolve("bundle.0.pem")).split("BEGIN", -1).length - 1;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
