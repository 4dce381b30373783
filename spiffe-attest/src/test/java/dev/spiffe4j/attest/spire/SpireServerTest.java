package dev.spiffe4j.attest.spire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.AgentApi.X509SvidRequest;
import dev.spiffe4j.attest.AgentApi.X509SvidResult;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.TestAgent;
import dev.spiffe4j.attest.TestRequests;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.agent.GrpcNodeApi;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Our client of the node API, and a real SPIRE server. */
@EnabledIfEnvironmentVariable(named = "SPIRE_BIN", matches = ".+")
class SpireServerTest {
  private static final TrustDomain TD = TrustDomain.parse("example.org");
  private static final int ENTRIES = 1200;

  @TempDir Path folder;

  @Test
  void ourClientLivesWithASpireServer() throws Exception {
    try (Spire spire = new Spire(folder)) {
      SpireServer server = SpireServer.start(spire);
      try (GrpcNodeApi api = GrpcNodeApi.connect(server.address(), bundle(server))) {
        String token = server.joinToken();
        try (TestAgent agent = TestAgent.attest(api, TestAgent.joinToken(token))) {
          assertThat(agent.id())
              .hasToString("spiffe://example.org/spire/agent/join_token/" + token);
          assertThatThrownBy(() -> TestAgent.attest(api, TestAgent.joinToken(token)))
              .isInstanceOf(AttestationException.class);
          serve(spire, server, agent);
          renew(agent);
          server.run("agent", "ban", "-spiffeID", agent.id().toString());
          assertDenied(Reason.AGENT_BANNED, () -> agent.api().syncAuthorizedEntries(List.of()));
          server.run("agent", "evict", "-spiffeID", agent.id().toString());
          assertDenied(
              Reason.AGENT_NOT_ATTESTED, () -> agent.api().syncAuthorizedEntries(List.of()));
        }
        X509Bundle other = TestTrustDomain.of("example.org").bundle();
        try (GrpcNodeApi doubtful = GrpcNodeApi.connect(server.address(), other)) {
          assertDenied(Reason.UNTRUSTED_SERVER, doubtful::bundle);
        }
      }
    }
  }

  private static void assertDenied(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            NodeApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static X509Bundle bundle(SpireServer server) throws Exception {
    String pem = server.bundle();
    return X509Bundle.of(
        TD,
        List.of(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                        new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))));
  }

  private static void serve(Spire spire, SpireServer server, TestAgent agent) throws Exception {
    StringBuilder json = new StringBuilder("{\"entries\":[");
    for (int i = 0; i < ENTRIES; i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"entry_id\":\"e")
          .append(i)
          .append("\",\"spiffe_id\":\"spiffe://example.org/web")
          .append(i)
          .append("\",\"parent_id\":\"")
          .append(agent.id())
          .append("\",\"selectors\":[{\"type\":\"unix\",\"value\":\"uid:")
          .append(i)
          .append("\"}],\"dns_names\":[\"web.example.org\"],\"x509_svid_ttl\":600}");
    }
    spire.write("entries.json", json.append("]}").toString());
    server.run("entry", "create", "-data", "entries.json");

    // SPIRE reads its store each five seconds.
    spire.await(
        "spire-server", () -> agent.api().syncAuthorizedEntries(List.of()).size() == ENTRIES);
    List<RegistrationEntry> entries = agent.api().syncAuthorizedEntries(List.of());
    RegistrationEntry entry =
        entries.stream().filter(has -> has.id().equals("e7")).findFirst().orElseThrow();
    assertThat(entry.selectors()).containsExactly(new Selector("unix", "uid:7"));
    assertThat(agent.api().syncAuthorizedEntries(entries))
        .containsExactlyInAnyOrderElementsOf(entries);
    sign(agent, entry);
  }

  private static void sign(TestAgent agent, RegistrationEntry entry) {
    byte[] csr = TestRequests.csr(TestRequests.keys());
    List<X509SvidResult> results =
        agent
            .api()
            .newX509Svids(
                List.of(X509SvidRequest.of(entry.id(), csr), X509SvidRequest.of("unknown", csr)));
    TrustBundle bundle = agent.api().bundle();
    assertThat(
            X509SvidVerifier.of(td -> Optional.of(bundle.x509Bundle()))
                .verify(results.get(0).chain())
                .spiffeId())
        .isEqualTo(entry.spiffeId());
    NodeApiException failure = results.get(1).failure();
    assertThat(failure == null ? null : failure.reason()).isEqualTo(Reason.NOT_FOUND);

    JwtSvid token = agent.api().newJwtSvid(entry.id(), List.of("db"));
    assertThat(
            JwtSvidVerifier.builder(td -> Optional.of(bundle.jwtBundle()), "db")
                .build()
                .verify(token.token())
                .spiffeId())
        .isEqualTo(entry.spiffeId());
    assertThat(agent.api().federatedBundle(TrustDomain.parse("foreign.example"))).isEmpty();
  }

  private static void renew(TestAgent agent) {
    X509Svid first = agent.svid();
    agent.use(agent.renew());
    assertThat(agent.api().syncAuthorizedEntries(List.of())).hasSize(ENTRIES);
    X509Svid second = agent.svid();
    agent.use(first);
    assertDenied(Reason.AGENT_NOT_ACTIVE, () -> agent.api().syncAuthorizedEntries(List.of()));
    agent.use(second);
  }
}
