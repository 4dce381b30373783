package dev.spiffe4j.tls.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.Party;
import dev.spiffe4j.tls.SpiffeTls;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions of BoringSSL end with the trust that they were made in. */
class NettyResumptionTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();

  private final Party client = party("/client");
  private final Party server = party("/server");

  /** The three ways in which TLS resumes. */
  enum Resumption {
    ID_OF_TLS_1_2("TLSv1.2", false),
    TICKET_OF_TLS_1_2("TLSv1.2", true),
    PSK_OF_TLS_1_3("TLSv1.3", true);

    private final String protocol;
    private final boolean tickets;

    Resumption(String protocol, boolean tickets) {
      this.protocol = protocol;
      this.tickets = tickets;
    }

    void applyTo(SSLEngine engine) {
      engine.setEnabledProtocols(new String[] {protocol});
      if (!tickets) {
        SSL.setOptions(((ReferenceCountedOpenSslEngine) engine).sslPointer(), SSL.SSL_OP_NO_TICKET);
      }
    }
  }

  private Party party(String path) {
    return new Party(
        clock, domain.context(domain.svid(path).lifetime(Duration.ofHours(2)).build()));
  }

  private static NettyLink link(Resumption how, SslContext client, SslContext server) {
    return new NettyLink(NettyLink.Use.HANDLER, client, server, how::applyTo);
  }

  private static SpiffeSslContext ours(SpiffeTls tls, boolean client) {
    return (client ? SpiffeSslContext.forClient(tls) : SpiffeSslContext.forServer(tls))
        .engine(TlsEngine.NATIVE)
        .build();
  }

  /** What somebody makes of the managers alone. */
  private static SslContext foreign(SpiffeTls tls, boolean client) throws SSLException {
    return (client
            ? SslContextBuilder.forClient().keyManager(tls.keyManager())
            : SslContextBuilder.forServer(tls.keyManager()))
        .sslProvider(SslProvider.OPENSSL)
        .trustManager(tls.trustManager())
        .clientAuth(ClientAuth.REQUIRE)
        .endpointIdentificationAlgorithm(null)
        .protocols("TLSv1.2", "TLSv1.3")
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void controlAPlainContextResumesAndAsksNobody(Resumption how) throws Exception {
    try (NettyLink link = link(how, foreign(client.tls(), true), foreign(server.tls(), false))) {
      link.connect().outcome().assertEstablished();
      client.authorizer = peer -> false;
      server.authorizer = peer -> false;

      NettyLink.Result result = link.connect();

      result.outcome().assertEstablished();
      assertThat(result.resumed()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("within a generation sessions are resumed, and both sides are asked again")
  void resumesWithinAGeneration(Resumption how) throws Exception {
    try (SpiffeSslContext clients = ours(client.tls(), true);
        SpiffeSslContext servers = ours(server.tls(), false);
        NettyLink link = link(how, clients, servers)) {
      assertThat(link.connect().resumed()).isFalse();

      NettyLink.Result result = link.connect();

      result.outcome().assertEstablished();
      assertThat(result.resumed()).isTrue();
      assertThat(client.questions).hasValue(2);
      assertThat(server.questions).hasValue(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("what only the clock or the authorizer knows ends a session, on each side")
  void refusesToResumeWithAPeerThatIsTrustedNoMore(Resumption how) throws Exception {
    List<Consumer<Party>> ends =
        List.of(
            party -> party.authorizer = peer -> false,
            party -> party.clock.advance(Duration.ofMinutes(61)));
    List<Reason> reasons = List.of(Reason.NOT_AUTHORIZED, Reason.EXPIRED);
    for (int i = 0; i < ends.size(); i++) {
      for (boolean atServer : new boolean[] {true, false}) {
        Party lasting = party("/lasting");
        Party shorter = new Party(clock, domain.context(domain.issue("/shorter")));
        SpiffeTls clientTls = (atServer ? shorter : lasting).tls();
        SpiffeTls serverTls = (atServer ? lasting : shorter).tls();
        try (SpiffeSslContext clients = ours(clientTls, true);
            SpiffeSslContext servers = ours(serverTls, false);
            NettyLink link = link(how, clients, servers)) {
          link.connect().outcome().assertEstablished();
          assertThat(link.connect().resumed()).isTrue();
          ends.get(i).accept(lasting);

          NettyLink.Result result = link.connect();

          assertThat((atServer ? result.outcome().server() : result.outcome().client()).reason())
              .isEqualTo(reasons.get(i));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a new generation of either side resumes nothing of the old one")
  void resumesNothingOfAnOlderGeneration(Resumption how) throws Exception {
    for (Party changed : List.of(client, server)) {
      try (SpiffeSslContext clients = ours(client.tls(), true);
          SpiffeSslContext servers = ours(server.tls(), false);
          NettyLink link = link(how, clients, servers)) {
        link.connect().outcome().assertEstablished();
        assertThat(link.connect().resumed()).isTrue();

        changed.source.set(domain.context(domain.issue("/changed")));
        NettyLink.Result result = link.connect();

        result.outcome().assertEstablished();
        assertThat(result.resumed()).isFalse();
        // A client of Netty may go on offering what the server has forgotten; it need not resume.
        assertThat(changed == server || link.connect().resumed()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerRefusesTheTicketsOfAClientWhoseAuthorityIsGone(Resumption how) throws Exception {
    try (SpiffeSslContext servers = ours(server.tls(), false);
        NettyLink link = link(how, foreign(client.tls(), true), servers)) {
      link.connect().outcome().assertEstablished();
      assertThat(link.connect().resumed()).isTrue();

      TestTrustDomain successor = TestTrustDomain.builder("example.org").clock(clock).build();
      server.source.set(
          X509Context.of(server.source.x509Context().svids(), List.of(successor.bundle())));
      NettyLink.Result result = link.connect();

      assertThat(result.outcome().server().reason()).isEqualTo(Reason.UNTRUSTED_CHAIN);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a bundle of either side that has changed, and still trusts, resumes nothing")
  void resumesNothingOfAnOlderBundle(Resumption how) throws Exception {
    for (Party changed : List.of(client, server)) {
      try (SpiffeSslContext clients = ours(client.tls(), true);
          SpiffeSslContext servers = ours(server.tls(), false);
          NettyLink link = link(how, clients, servers)) {
        link.connect().outcome().assertEstablished();
        assertThat(link.connect().resumed()).isTrue();

        domain.rotateAuthority();
        changed.source.set(
            X509Context.of(changed.source.x509Context().svids(), List.of(domain.bundle())));
        NettyLink.Result result = link.connect();

        result.outcome().assertEstablished();
        assertThat(result.resumed()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a bundle of either side that trusts no more refuses, and resumes nothing")
  void refusesWhoseAuthorityIsGoneOnEitherSide(Resumption how) throws Exception {
    for (boolean atServer : new boolean[] {true, false}) {
      Party lasting = party("/lasting");
      SpiffeTls mine = lasting.tls();
      SpiffeTls other = client.tls();
      try (SpiffeSslContext clients = ours(atServer ? other : mine, true);
          SpiffeSslContext servers = ours(atServer ? mine : other, false);
          NettyLink link = link(how, clients, servers)) {
        link.connect().outcome().assertEstablished();
        assertThat(link.connect().resumed()).isTrue();

        TestTrustDomain successor = TestTrustDomain.builder("example.org").clock(clock).build();
        lasting.source.set(
            X509Context.of(lasting.source.x509Context().svids(), List.of(successor.bundle())));
        NettyLink.Result result = link.connect();

        assertThat((atServer ? result.outcome().server() : result.outcome().client()).reason())
            .isEqualTo(Reason.UNTRUSTED_CHAIN);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("with the JDK's engine on one side too, both sides are asked each time")
  void mixedEnginesAskEachTime(Resumption how) throws Exception {
    for (boolean nativeClient : new boolean[] {true, false}) {
      client.questions.set(0);
      server.questions.set(0);
      try (SpiffeSslContext clients =
              SpiffeSslContext.forClient(client.tls())
                  .engine(nativeClient ? TlsEngine.NATIVE : TlsEngine.JDK)
                  .build();
          SpiffeSslContext servers =
              SpiffeSslContext.forServer(server.tls())
                  .engine(nativeClient ? TlsEngine.JDK : TlsEngine.NATIVE)
                  .build();
          NettyLink link = new NettyLink(NettyLink.Use.HANDLER, how.protocol, clients, servers)) {
        for (int i = 1; i <= 3; i++) {
          link.connect().outcome().assertEstablished();
          assertThat(client.questions).hasValue(i);
          assertThat(server.questions).hasValue(i);
        }
        server.authorizer = peer -> false;
        assertThat(link.connect().outcome().server().reason()).isEqualTo(Reason.NOT_AUTHORIZED);
        server.authorizer = Authorizer.anyAuthenticated();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("who is refused when it resumes shakes hands anew next time")
  void aRefusalEndsTheSession(Resumption how) throws Exception {
    try (SpiffeSslContext servers = ours(server.tls(), false);
        NettyLink link = link(how, foreign(client.tls(), true), servers)) {
      link.connect().outcome().assertEstablished();
      assertThat(link.connect().resumed()).isTrue();
      server.authorizer = peer -> false;
      assertThat(link.connect().outcome().server().reason()).isEqualTo(Reason.NOT_AUTHORIZED);

      server.authorizer = Authorizer.anyAuthenticated();
      NettyLink.Result result = link.connect();

      result.outcome().assertEstablished();
      assertThat(result.resumed()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a peer that has rotated in time is not refused for the sake of an expired session")
  void anExpiredSessionIsAFullHandshake(Resumption how) throws Exception {
    client.source.set(domain.context(domain.issue("/client")));
    try (SpiffeSslContext servers = ours(server.tls(), false);
        NettyLink link = link(how, foreign(client.tls(), true), servers)) {
      link.connect().outcome().assertEstablished();
      assertThat(link.connect().resumed()).isTrue();
      client.source.set(
          domain.context(domain.svid("/client").lifetime(Duration.ofHours(3)).build()));
      server.clock.advance(Duration.ofMinutes(61));

      NettyLink.Result result = link.connect();

      result.outcome().assertEstablished();
      assertThat(result.resumed()).isFalse();
    }
  }

  static Stream<Resumption> all() {
    return Stream.of(Resumption.values());
  }

  @ParameterizedTest
  @MethodSource("all")
  @DisplayName("engines without our handler, such as gRPC's, never resume, whoever is there")
  void enginesNeverResume(Resumption how) throws Exception {
    try (NettyLink control =
        new NettyLink(
            NettyLink.Use.ENGINE,
            foreign(client.tls(), true),
            foreign(server.tls(), false),
            how::applyTo)) {
      control.connect().outcome().assertEstablished();
      assertThat(control.connect().resumed()).isTrue();
    }
    try (SpiffeSslContext clients = ours(client.tls(), true);
        SpiffeSslContext servers = ours(server.tls(), false)) {
      List<List<SslContext>> pairs =
          List.of(
              List.of(clients, servers),
              List.of(foreign(client.tls(), true), servers),
              List.of(clients, foreign(server.tls(), false)));
      for (List<SslContext> pair : pairs) {
        try (NettyLink link =
            new NettyLink(NettyLink.Use.ENGINE, pair.get(0), pair.get(1), how::applyTo)) {
          for (int i = 0; i < 3; i++) {
            NettyLink.Result result = link.connect();
            result.outcome().assertEstablished();
            assertThat(result.resumed()).isFalse();
          }
        }
      }
    }
  }
}
