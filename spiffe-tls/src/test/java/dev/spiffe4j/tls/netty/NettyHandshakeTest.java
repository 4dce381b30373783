package dev.spiffe4j.tls.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.testing.KeyType;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.ClientCertificate;
import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.Party;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.TlsVersion;
import dev.spiffe4j.tls.WebCertificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Netty, by the JDK's TLS and by BoringSSL, each with each")
class NettyHandshakeTest {
  private static final WebCertificate LOCALHOST = WebCertificate.of("localhost");

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();

  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  static Stream<NettyCase> cases() {
    return NettyCase.all();
  }

  private Outcome connect(NettyCase how) throws Exception {
    return how.connect(client.tls(), server.tls()).outcome();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothSidesKnowEachOther(NettyCase how) throws Exception {
    SpiffeTls clientTls = client.tls();
    SpiffeTls serverTls = server.tls();

    Outcome outcome = how.connect(clientTls, serverTls).outcome();

    assertThat(outcome.client().established().getProtocol()).isEqualTo(how.protocol());
    assertThat(clientTls.peer(outcome.client().established()).spiffeId())
        .isEqualTo(domain.id("/server"));
    assertThat(serverTls.peer(outcome.server().established()).spiffeId())
        .isEqualTo(domain.id("/client"));
    assertThat(client.questions).hasValue(2);
    assertThat(server.questions).hasValue(2);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void speaksWithKeysOfSomeKinds(NettyCase how) throws Exception {
    for (KeyType keyType : List.of(KeyType.P256, KeyType.P384, KeyType.RSA_2048)) {
      client.source.set(domain.context(domain.svid("/client").keyType(keyType).build()));
      server.source.set(
          domain.context(domain.svid("/server").keyType(keyType).intermediates(1).build()));
      connect(how).assertEstablished();
    }
  }

  private void assertServerRefuses(NettyCase how, Reason reason) throws Exception {
    Outcome outcome = connect(how);
    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(reason);
  }

  private void assertClientRefuses(NettyCase how, Reason reason) throws Exception {
    Outcome outcome = connect(how);
    outcome.assertRefused();
    assertThat(outcome.client().reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesAnExpiredPeerAndPresentsNoExpiredSvid(NettyCase how) throws Exception {
    server.source.set(domain.context(domain.svid("/server").lifetime(Duration.ofHours(2)).build()));
    connect(how).assertEstablished();

    server.clock.advance(Duration.ofMinutes(61));
    assertServerRefuses(how, Reason.EXPIRED);

    client.clock.advance(Duration.ofMinutes(61));
    assertClientRefuses(how, Reason.EXPIRED);

    client.clock.set(clock.instant());
    server.clock.advance(Duration.ofMinutes(61));
    client.source.set(domain.context(domain.svid("/client").lifetime(Duration.ofHours(4)).build()));
    assertServerRefuses(how, Reason.EXPIRED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aServerWithoutAnSvidAndAClientWithoutOneGetNothing(NettyCase how) throws Exception {
    client.source.set(domain.context());
    Outcome refused = connect(how);
    refused.assertRefused();
    // A native engine that is not in our handler has its own words only.
    if (how.server() == TlsEngine.JDK || how.use() == NettyLink.Use.HANDLER) {
      assertThat(refused.server().reason()).isEqualTo(Reason.NO_SVID);
    }

    SpiffeTls optional = server.builder().clientCertificate(ClientCertificate.OPTIONAL).build();
    Outcome outcome = how.connect(client.tls(), optional).outcome();
    assertThatThrownBy(() -> optional.peer(outcome.server().established()))
        .isInstanceOfSatisfying(
            SpiffeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SVID));

    server.source.set(domain.context());
    assertServerRefuses(how, Reason.NO_SVID);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theNextHandshakeFollowsTheSources(NettyCase how) throws Exception {
    SpiffeTls clientTls = client.tls();
    SpiffeTls serverTls = server.tls();
    try (SpiffeSslContext clients = how.clients(clientTls);
        SpiffeSslContext servers = how.servers(serverTls);
        NettyLink link = new NettyLink(how.use(), how.protocol(), clients, servers)) {
      link.connect().outcome().assertEstablished();

      domain.rotateAuthority();
      client.source.set(domain.context(domain.issue("/client-2")));
      server.source.set(domain.context(domain.issue("/server-2")));
      Outcome outcome = link.connect().outcome();

      assertThat(clientTls.peer(outcome.client().established()).spiffeId())
          .isEqualTo(domain.id("/server-2"));
      assertThat(serverTls.peer(outcome.server().established()).spiffeId())
          .isEqualTo(domain.id("/client-2"));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("Web PKI servers with SPIFFE clients, by their name, on every engine")
  void webPki(NettyCase how) throws Exception {
    MutableInstantSource today = MutableInstantSource.of(InstantSource.system().instant());
    TestTrustDomain domain = TestTrustDomain.builder("example.org").clock(today).build();
    Party caller = new Party(today, domain.context(domain.issue("/client")));
    Party callee = new Party(today, domain.context());
    SpiffeTls named = webServer(callee, LOCALHOST);

    Outcome outcome = how.connect(webClient(caller, LOCALHOST), named).outcome();
    assertThat(named.peer(outcome.server().established()).spiffeId())
        .isEqualTo(domain.id("/client"));
  }

  private static SpiffeTls webServer(Party party, WebCertificate certificate) {
    return SpiffeTls.webPkiServer(party.source, party, certificate.keyManager())
        .clock(party.clock)
        .minimumVersion(TlsVersion.TLS_1_2)
        .build();
  }

  private static SpiffeTls webClient(Party party, WebCertificate trusted) {
    return SpiffeTls.webPkiClient(party.source, trusted.authorities())
        .clock(party.clock)
        .minimumVersion(TlsVersion.TLS_1_2)
        .build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("Ed25519 is for the JDK's TLS on both sides; the native engine refuses, and says so")
  void refusesWhatTheNativeEngineCannotSignWith(NettyCase how) throws Exception {
    connect(how).assertEstablished();
    client.source.set(domain.context(domain.svid("/client").keyType(KeyType.ED25519).build()));
    server.source.set(domain.context(domain.svid("/server").keyType(KeyType.ED25519).build()));

    Outcome outcome = connect(how);

    if (how.client() == TlsEngine.JDK && how.server() == TlsEngine.JDK) {
      outcome.assertEstablished();
    } else {
      outcome.assertRefused();
    }
  }
}
