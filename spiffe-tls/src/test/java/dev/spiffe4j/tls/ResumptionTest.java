package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trust that has ended must end handshakes, also those that would not ask for it. */
@Tag("resumption")
class ResumptionTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();

  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  static Stream<TlsCase> cases() {
    return TlsCase.all();
  }

  /** A way in which trust ends, for one side. */
  private enum End {
    DISTRUSTED(Reason.UNTRUSTED_CHAIN),
    EXPIRED(Reason.EXPIRED),
    NOT_AUTHORIZED(Reason.NOT_AUTHORIZED);

    private final Reason reason;

    End(Reason reason) {
      this.reason = reason;
    }
  }

  private void end(Party party, End how) {
    switch (how) {
      case DISTRUSTED -> {
        TestTrustDomain successor = TestTrustDomain.builder("example.org").clock(clock).build();
        party.source.set(
            X509Context.of(party.source.x509Context().svids(), List.of(successor.bundle())));
      }
      // One snapshot and a peer that has expired: only the clock has moved, and the own SVID has
      // not.
      case EXPIRED -> party.clock.advance(Duration.ofMinutes(61));
      case NOT_AUTHORIZED -> party.authorizer = peer -> false;
    }
  }

  private void giveLongLived(Party party, String path) {
    party.source.set(domain.context(domain.svid(path).lifetime(Duration.ofHours(2)).build()));
  }

  private static SSLContext foreign(SpiffeTls tls) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {tls.keyManager()}, new TrustManager[] {tls.trustManager()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void controlAPlainContextResumesAndAsksNobody(TlsCase how) {
    for (End end : End.values()) {
      Party client = new Party(clock, domain.context(domain.issue("/client")));
      Party server = new Party(clock, domain.context(domain.issue("/server")));
      giveLongLived(client, "/client");
      SpiffeTls clientTls = client.tls();
      try (Link link =
          Link.of(
              how.transport(),
              how.protocol(),
              foreign(clientTls),
              foreign(server.tls()),
              parameters -> parameters.setNeedClientAuth(true))) {
        link.connect().assertEstablished();
        int questions = client.questions.get();
        end(client, end);

        Outcome resumed = link.connect();

        // The hole: the server is trusted no more, and nobody was asked.
        assertThat(client.questions).hasValue(questions);
        // What is left to who makes a context: to ask.
        assertThatThrownBy(() -> clientTls.peer(resumed.client().established()))
            .isInstanceOfSatisfying(
                SpiffeException.class, e -> assertThat(e.reason()).isEqualTo(end.reason));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyHandshakeAsksOnBothSides(TlsCase how) {
    try (Link link = how.link(client.tls(), server.tls())) {
      for (int i = 1; i <= 3; i++) {
        link.connect().assertEstablished();
        assertThat(client.questions).hasValue(i);
        assertThat(server.questions).hasValue(i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aServerRefusesAClientWhoseTrustHasEnded(TlsCase how) {
    for (End end : End.values()) {
      Party server = new Party(clock, domain.context());
      giveLongLived(server, "/server");
      try (Link link = how.link(client.tls(), server.tls())) {
        link.connect().assertEstablished();
        end(server, end);

        Outcome outcome = link.connect();

        outcome.assertRefused();
        assertThat(outcome.server().reason()).isEqualTo(end.reason);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aClientRefusesAServerWhoseTrustHasEnded(TlsCase how) {
    for (End end : End.values()) {
      Party client = new Party(clock, domain.context());
      giveLongLived(client, "/client");
      try (Link link = how.link(client.tls(), server.tls())) {
        link.connect().assertEstablished();
        end(client, end);

        Outcome outcome = link.connect();

        outcome.assertRefused();
        assertThat(outcome.client().reason()).isEqualTo(end.reason);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aServerOfOursAsksAboutAClientThatResumes(TlsCase how) {
    Party server = new Party(clock, domain.context());
    giveLongLived(server, "/server");
    try (Link link =
        Link.of(
            how.transport(), how.protocol(), foreign(client.tls()), server.tls().sslContext())) {
      link.connect().assertEstablished();
      link.connect().assertEstablished();
      assertThat(server.questions).hasValue(2);

      end(server, End.NOT_AUTHORIZED);
      Outcome outcome = link.connect();
      outcome.assertRefused();
      assertThat(outcome.server().reason()).isEqualTo(Reason.NOT_AUTHORIZED);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aClientOfOursAsksAboutAServerThatResumes(TlsCase how) {
    Party client = new Party(clock, domain.context());
    giveLongLived(client, "/client");
    try (Link link =
        Link.of(
            how.transport(),
            how.protocol(),
            client.tls().sslContext(),
            foreign(server.tls()),
            parameters -> parameters.setNeedClientAuth(true))) {
      link.connect().assertEstablished();
      end(client, End.DISTRUSTED);

      Outcome outcome = link.connect();

      outcome.assertRefused();
      assertThat(outcome.client().reason()).isEqualTo(Reason.UNTRUSTED_CHAIN);
    }
  }
}
