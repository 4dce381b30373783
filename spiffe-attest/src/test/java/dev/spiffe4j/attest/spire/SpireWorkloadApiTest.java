package dev.spiffe4j.attest.spire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.workloadapi.JwtSource;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.WorkloadBundleSource;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Our Workload API client, and a real SPIRE agent of a real SPIRE server. */
@EnabledIfEnvironmentVariable(named = "SPIRE_BIN", matches = ".+")
class SpireWorkloadApiTest {
  private static final TrustDomain TD = TrustDomain.parse("example.org");
  private static final SpiffeId WEB = SpiffeId.of(TD, "web");

  @TempDir Path folder;

  @Test
  @DisplayName("our client and sources live with a SPIRE agent: fetched, rotated, restarted, taken")
  void ourClientLivesWithASpireAgent() throws Exception {
    try (Spire spire = new Spire(folder)) {
      SpireServer server = SpireServer.start(spire);
      String parent = configure(spire, server);
      Process agent = startAgent(spire);
      WorkloadApiAddress address = WorkloadApiAddress.of(spire.path("api.sock"));
      createEntry(server, parent);

      // The agent learns of the entry in its own time; until then there is no identity.
      try (X509Source x509 =
              X509Source.builder(address).initialTimeout(Duration.ofSeconds(90)).connect();
          JwtSource jwt = JwtSource.connect(address);
          WorkloadBundleSource bundles = WorkloadBundleSource.connect(address);
          WorkloadApiClient client = WorkloadApiClient.connect(address)) {
        verify(x509.x509Context());
        fetchOnce(client);
        verifyToken(jwt);
        assertThat(bundles.bundle(TD).orElseThrow().x509Bundle())
            .isEqualTo(x509.x509Bundle(TD).orElseThrow());
        assertThat(bundles.jwtBundle(TD)).isEqualTo(jwt.jwtBundle(TD));

        // A short life: SPIRE rotates at its half.
        awaitRotation(spire, x509);
        awaitRotation(spire, x509);
        verify(x509.x509Context());

        // Killed, not ended: what there is is served, until the next agent brings something new.
        agent.destroyForcibly().waitFor();
        spire.await("spire-agent", () -> x509.lastError().isPresent());
        assertThat(x509.isReady()).isTrue();
        assertThat(jwt.jwtSvid("billing").spiffeId()).isEqualTo(WEB);
        agent = startAgent(spire);
        awaitRotation(spire, x509);
        spire.await("spire-agent", () -> x509.lastError().isEmpty());
        spire.await("spire-agent", () -> jwt.lastError().isEmpty());
        spire.await("spire-agent", () -> bundles.lastError().isEmpty());
        verify(x509.x509Context());
        fetchOnce(client);
        assertThat(jwt.jwtSvid("after restart").spiffeId()).isEqualTo(WEB);

        // Without its entry, this process is nobody; with it, it is somebody again.
        server.run("entry", "delete", "-entryID", "web");
        spire.await("spire-agent", () -> !x509.isReady());
        assertReason(Reason.NO_IDENTITY, x509::x509Context);
        assertReason(Reason.NO_IDENTITY, client::fetchX509Context);
        assertReason(Reason.NO_IDENTITY, () -> client.fetchJwtSvid("billing"));
        createEntry(server, parent);
        spire.await("spire-agent", x509::isReady);
        verify(x509.x509Context());
        assertThat(agent.isAlive()).isTrue();
      }
    }
  }

  /** Returns the identity of the agent. */
  private static String configure(Spire spire, SpireServer server) throws Exception {
    String token = server.joinToken();
    spire.write("bootstrap.pem", server.bundle());
    Files.createDirectories(spire.path("agent-data"));
    spire.write(
        "agent.conf",
        """
        agent {
          data_dir = "agent-data"
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
          KeyManager "disk" { plugin_data { directory = "agent-data" } }
          WorkloadAttestor "unix" { plugin_data {} }
        }
        """
            .formatted(server.address().getPort(), token));
    return "spiffe://example.org/spire/agent/join_token/" + token;
  }

  private static Process startAgent(Spire spire) throws IOException {
    return spire.start("spire-agent", "run", "-config", "agent.conf");
  }

  private static void createEntry(SpireServer server, String parent) throws Exception {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    server.run(
        "entry",
        "create",
        "-entryID",
        "web",
        "-spiffeID",
        WEB.toString(),
        "-parentID",
        parent,
        "-selector",
        "unix:uid:" + uid,
        "-hint",
        "internal",
        "-x509SVIDTTL",
        "40");
  }

  private static void verify(X509Context context) {
    X509Svid svid = context.x509Svid();
    assertThat(svid.hint()).contains("internal");
    assertThat(X509SvidVerifier.of(context).verify(svid.chain()).spiffeId()).isEqualTo(WEB);
  }

  /** Each call of the client, blocking and not. */
  private static void fetchOnce(WorkloadApiClient client) throws Exception {
    verify(client.fetchX509Context());
    verify(client.async().fetchX509Context().get(60, TimeUnit.SECONDS));
    assertThat(client.fetchX509Bundles()).containsOnlyKeys(TD);
    assertThat(client.async().fetchX509Bundles().get(60, TimeUnit.SECONDS)).containsOnlyKeys(TD);
    assertThat(client.fetchJwtBundles()).containsOnlyKeys(TD);
    String token = client.fetchJwtSvid(WEB, "billing").token();
    assertThat(client.validateJwtSvid("billing", token).spiffeId()).isEqualTo(WEB);
    assertThat(
            client.async().validateJwtSvid("billing", token).get(60, TimeUnit.SECONDS).spiffeId())
        .isEqualTo(WEB);
    assertReason(Reason.INVALID_ARGUMENT, () -> client.validateJwtSvid("others", token));
  }

  private static void verifyToken(JwtSource source) {
    JwtSvid svid = source.jwtSvid("billing");
    assertThat(source.jwtSvid("billing")).isSameAs(svid);
    assertThat(JwtSvidVerifier.builder(source, "billing").build().verify(svid.token()).spiffeId())
        .isEqualTo(WEB);
  }

  private static void awaitRotation(Spire spire, X509Source source) throws IOException {
    X509Certificate before = source.x509Svid().leaf();
    spire.await("spire-agent", () -> !source.x509Svid().leaf().equals(before));
  }

  private static void assertReason(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
