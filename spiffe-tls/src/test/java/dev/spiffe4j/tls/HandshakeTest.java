package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.KeyType;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HandshakeTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final TestTrustDomain other = TestTrustDomain.builder("other.org").clock(clock).build();

  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  static Stream<TlsCase> cases() {
    return TlsCase.all();
  }

  private Outcome connect(TlsCase how) {
    return connect(how, client.tls(), server.tls());
  }

  private static Outcome connect(TlsCase how, SpiffeTls client, SpiffeTls server) {
    try (Link link = how.link(client, server)) {
      return link.connect();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothSidesKnowEachOther(TlsCase how) {
    SpiffeTls clientTls = client.tls();
    SpiffeTls serverTls = server.tls();
    Outcome outcome = connect(how, clientTls, serverTls);

    assertThat(outcome.client().established().getProtocol()).isEqualTo(how.protocol());
    assertThat(clientTls.peer(outcome.client().established()).spiffeId())
        .isEqualTo(domain.id("/server"));
    assertThat(serverTls.peer(outcome.server().established()).spiffeId())
        .isEqualTo(domain.id("/client"));
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyType.class,
      names = {"RSA_1024", "ML_DSA_65"},
      mode = EnumSource.Mode.EXCLUDE)
  void speaksWithKeysOfEveryKind(KeyType keyType) {
    client.source.set(domain.context(domain.svid("/client").keyType(keyType).build()));
    server.source.set(
        domain.context(domain.svid("/server").keyType(keyType).intermediates(1).build()));

    TlsCase.all().forEach(how -> connect(how).assertEstablished());
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("the JDK's TLS has no ML-DSA signatures: such an SVID is refused, and hangs nothing")
  void refusesWhatTheJdkCannotSignWith(TlsCase how) {
    connect(how).assertEstablished();
    server.source.set(domain.context(domain.svid("/server").keyType(KeyType.ML_DSA_65).build()));

    connect(how).assertRefused();
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("X509-31: each trust domain is verified by its own bundle")
  void federates(TlsCase how) {
    client.source.set(
        X509Context.of(List.of(other.issue("/client")), List.of(domain.bundle(), other.bundle())));
    server.source.set(
        X509Context.of(List.of(domain.issue("/server")), List.of(domain.bundle(), other.bundle())));
    connect(how).assertEstablished();

    // other.org must not speak for example.org, although both know it.
    client.source.set(
        X509Context.of(
            List.of(other.issue(domain.id("/client"))), List.of(domain.bundle(), other.bundle())));
    Outcome outcome = connect(how);
    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.UNTRUSTED_CHAIN);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesWhenTheAuthorizerItselfFails(TlsCase how) {
    server.authorizer =
        peer -> {
          throw new IllegalStateException("policy is not there");
        };

    connect(how).assertRefused();
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("X509-30: an expired or future SVID is refused by the other side")
  void refusesAnExpiredPeer(TlsCase how) {
    connect(how).assertEstablished();

    server.clock.advance(Duration.ofMinutes(61));
    server.source.set(domain.context(domain.svid("/server").lifetime(Duration.ofHours(2)).build()));
    Outcome outcome = connect(how);
    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.EXPIRED);

    server.clock.set(clock.instant().minusSeconds(11));
    outcome = connect(how);
    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.NOT_YET_VALID);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void neverPresentsAnExpiredSvid(TlsCase how) {
    X509Svid shortLived = domain.svid("/web").lifetime(Duration.ofMinutes(5)).build();
    client.source.set(domain.context(shortLived));
    client.clock.set(shortLived.expiresAt());
    connect(how).assertEstablished();

    client.clock.advance(Duration.ofMillis(1));
    Outcome outcome = connect(how);
    outcome.assertRefused();
    assertThat(outcome.client().reason()).isEqualTo(Reason.EXPIRED);

    client.clock.set(clock.instant());
    server.source.set(domain.context(shortLived));
    server.clock.advance(Duration.ofMinutes(6));
    outcome = connect(how);
    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.EXPIRED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aServerWithoutAnSvidRefuses(TlsCase how) {
    server.source.set(domain.context());

    Outcome outcome = connect(how);

    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.NO_SVID);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aClientWithoutAnSvidIsRefusedUnlessTheServerSaysOtherwise(TlsCase how) {
    client.source.set(domain.context());
    connect(how).assertRefused();

    SpiffeTls clientTls = client.tls();
    SpiffeTls optional = server.builder().clientCertificate(ClientCertificate.OPTIONAL).build();
    Outcome outcome = connect(how, clientTls, optional);

    assertThat(clientTls.peer(outcome.client().established()).spiffeId())
        .isEqualTo(domain.id("/server"));
    assertThatThrownBy(() -> optional.peer(outcome.server().established()))
        .isInstanceOfSatisfying(
            SpiffeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SVID));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anOptionalCertificateMustPass(TlsCase how) {
    SpiffeTls optional = server.builder().clientCertificate(ClientCertificate.OPTIONAL).build();
    connect(how, client.tls(), optional).assertEstablished();

    server.authorizer = Authorizer.exactly(domain.id("/another"));
    Outcome outcome = connect(how, client.tls(), optional);

    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.NOT_AUTHORIZED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("code that takes back needClientAuth cannot let nobodies in")
  void theDemandForClientsCannotBeTakenBack(TlsCase how) {
    List<Consumer<SSLParameters>> mistakes =
        List.of(
            parameters -> parameters.setNeedClientAuth(false),
            parameters -> parameters.setWantClientAuth(true),
            parameters -> parameters.setWantClientAuth(false));
    SpiffeTls serverTls = server.tls();
    client.source.set(domain.context());

    for (Consumer<SSLParameters> mistake : mistakes) {
      try (Link link =
          Link.of(
              how.transport(),
              how.protocol(),
              client.tls().sslContext(),
              serverTls.sslContext(),
              mistake)) {
        Outcome outcome = link.connect();
        outcome.assertRefused();
        assertThat(outcome.server().reason()).isEqualTo(Reason.NO_SVID);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("a host name is not an identity: endpoint identification changes nothing")
  void clientsThatCheckHostNamesAreServedToo(TlsCase how) {
    // EngineLink and SocketLink connect to "localhost", which no certificate here names.
    SpiffeTls clientTls = client.tls();
    SSLParameters parameters = clientTls.sslContext().getDefaultSSLParameters();
    assertThat(parameters.getEndpointIdentificationAlgorithm()).isNull();

    try (Link link = how.link(clientTls, server.tls()).identifyingEndpoints()) {
      link.connect().assertEstablished();
    }
    server.source.set(X509Context.of(List.of(other.issue("/server")), List.of(domain.bundle())));
    try (Link link = how.link(clientTls, server.tls()).identifyingEndpoints()) {
      assertThat(link.connect().client().reason()).isEqualTo(Reason.NO_BUNDLE);
    }
  }

  @ParameterizedTest
  @EnumSource(Link.Transport.class)
  @DisplayName("X509-62: nothing older than the minimum version is spoken, TLS 1.3 by default")
  void speaksNothingOlderThanItsMinimum(Link.Transport transport) {
    SpiffeTls strict = SpiffeTls.builder(server.source, server).clock(clock).build();
    connect(new TlsCase(transport, "TLSv1.3"), client.tls(), strict).assertEstablished();
    connect(new TlsCase(transport, "TLSv1.2"), client.tls(), server.tls()).assertEstablished();

    connect(new TlsCase(transport, "TLSv1.2"), client.tls(), strict).assertRefused();
  }
}
