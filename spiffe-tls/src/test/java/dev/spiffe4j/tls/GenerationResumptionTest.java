package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName(
    "The JDK's engines and sockets resume within a generation, and both sides are asked again")
@Tag("resumption")
class GenerationResumptionTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = party("/client");
  private final Party server = party("/server");

  /** Whose own SVID outlives those that expire in these tests. */
  private Party party(String path) {
    return new Party(clock, domain.context(longLived(path)));
  }

  private X509Svid longLived(String path) {
    return domain.svid(path).lifetime(Duration.ofHours(3)).build();
  }

  static Stream<TlsCase> cases() {
    return TlsCase.all();
  }

  private static Link link(TlsCase how, SSLContext client, SSLContext server) {
    return Link.of(how.transport(), how.protocol(), client, server, p -> p.setNeedClientAuth(true));
  }

  private Link ours(TlsCase how) {
    return link(how, client.tls().sslContext(), server.tls().sslContext());
  }

  private static SSLContext foreign(SpiffeTls tls) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {tls.keyManager()}, new TrustManager[] {tls.trustManager()}, null);
    return context;
  }

  /** A session keeps the time at which it was made when it is resumed. */
  private static boolean isResumed(Outcome first, Outcome second) {
    return first.server().established().getCreationTime()
        == second.server().established().getCreationTime();
  }

  private static Outcome connect(Link link) {
    Outcome outcome = link.connect();
    outcome.assertEstablished();
    return outcome;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resumesAndAsks(TlsCase how) {
    try (Link link = ours(how)) {
      Outcome first = connect(link);
      for (int i = 2; i <= 4; i++) {
        assertThat(isResumed(first, connect(link))).isTrue();
        assertThat(client.questions).hasValue(i);
        assertThat(server.questions).hasValue(i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("who is refused when it resumes shakes hands anew next time")
  void aRefusalEndsTheSession(TlsCase how) {
    for (Party asked : List.of(client, server)) {
      try (Link link = ours(how)) {
        Outcome first = connect(link);
        assertThat(isResumed(first, connect(link))).isTrue();
        asked.authorizer = peer -> false;

        Outcome refused = link.connect();
        refused.assertRefused();
        assertThat((asked == client ? refused.client() : refused.server()).reason())
            .isEqualTo(Reason.NOT_AUTHORIZED);

        asked.authorizer = Authorizer.anyAuthenticated();
        assertThat(isResumed(first, connect(link))).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("a peer that has rotated in time is not refused for the sake of an expired session")
  void anExpiredSessionIsAFullHandshake(TlsCase how) throws Exception {
    client.source.set(domain.context(domain.issue("/client")));
    SSLContext resuming = foreign(client.tls());
    try (Link link = link(how, resuming, server.tls().sslContext())) {
      Outcome first = connect(link);
      assertThat(isResumed(first, connect(link))).isTrue();
      client.source.set(domain.context(longLived("/client")));
      server.clock.advance(Duration.ofMinutes(61));

      assertThat(isResumed(first, connect(link))).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anExpiredOwnSvidIsNotResumedWith(TlsCase how) {
    for (Party expiring : List.of(client, server)) {
      X509Context lasting = expiring.source.x509Context();
      expiring.source.set(domain.context(domain.issue("/short")));
      try (Link link = ours(how)) {
        Outcome first = connect(link);
        assertThat(isResumed(first, connect(link))).isTrue();
        expiring.clock.advance(Duration.ofMinutes(61));

        Outcome refused = link.connect();

        refused.assertRefused();
        assertThat((expiring == client ? refused.client() : refused.server()).reason())
            .isEqualTo(Reason.EXPIRED);
      }
      expiring.source.set(lasting);
      expiring.clock.set(clock.instant());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("a new SVID or bundle of either side resumes nothing of before")
  void aNewGenerationResumesNothing(TlsCase how) {
    for (Party changed : List.of(client, server)) {
      try (Link link = ours(how)) {
        Outcome first = connect(link);
        assertThat(isResumed(first, connect(link))).isTrue();

        changed.source.set(domain.context(longLived("/changed")));
        Outcome second = connect(link);
        assertThat(isResumed(first, second)).isFalse();
        assertThat(isResumed(second, connect(link))).isTrue();

        domain.rotateAuthority();
        changed.source.set(
            X509Context.of(changed.source.x509Context().svids(), List.of(domain.bundle())));
        Outcome third = connect(link);
        assertThat(isResumed(second, third)).isFalse();
        assertThat(isResumed(third, connect(link))).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aClientWithoutACertificateHasATypedRefusal(TlsCase how) {
    try (Link link = ours(how)) {
      connect(link);
      client.source.set(domain.context());

      Outcome refused = link.connect();

      refused.assertRefused();
      assertThat(refused.server().reason()).isEqualTo(Reason.NO_SVID);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  @DisplayName("an engine whose resumed peer was refused has nobody's session, and stays refused")
  void aRefusedEngineHasNoPeer(String protocol) throws Exception {
    TlsCase how = new TlsCase(Link.Transport.ENGINE, protocol);
    SpiffeTls clientTls = client.tls();
    try (Link link = link(how, clientTls.sslContext(), server.tls().sslContext())) {
      connect(link);
      client.authorizer = peer -> false;
      Outcome.Side refused = link.connect().client();

      assertThat(refused.reason()).isEqualTo(Reason.NOT_AUTHORIZED);
      assertThat(refused.session()).isNotNull();
      assertThat(refused.session().isValid()).isFalse();
      assertThat(catchThrowable(() -> clientTls.peer(refused.session())))
          .isInstanceOfSatisfying(
              SvidVerificationException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.NO_SVID));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nobodiesResumeWhereNobodyIsRequired(TlsCase how) {
    client.source.set(domain.context());
    SSLContext optional =
        server.builder().clientCertificate(ClientCertificate.OPTIONAL).build().sslContext();
    try (Link link =
        Link.of(how.transport(), how.protocol(), client.tls().sslContext(), optional)) {
      Outcome first = connect(link);

      assertThat(isResumed(first, connect(link))).isTrue();
      assertThat(server.questions).hasValue(0);
      assertThat(client.questions).hasValue(2);
    }
  }
}
