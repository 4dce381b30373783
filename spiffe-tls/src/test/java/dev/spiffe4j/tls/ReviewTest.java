package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.ManualScheduler;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("When a connection reviewer looks, and at what")
class ReviewTest {
  private static final TlsCase HOW = new TlsCase(Link.Transport.ENGINE, "TLSv1.3");

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));
  private final ManualScheduler scheduler = ManualScheduler.of(server.clock);
  private final List<String> told = new ArrayList<>();
  private final SpiffeTls tls =
      server
          .builder()
          .trace(
              new TlsTrace() {
                @Override
                public void closed(VerifiedPeer peer, RuntimeException cause) {
                  told.add("closed " + ((SvidVerificationException) cause).reason());
                }

                @Override
                public void refused(RuntimeException cause) {
                  told.add("refused " + ((SvidVerificationException) cause).reason());
                }
              })
          .build();

  private ConnectionReviewer start() {
    return ConnectionReviewer.builder(tls, scheduler).interval(Duration.ofMinutes(10)).start();
  }

  private void look(ConnectionReviewer reviewer) {
    reviewer.review();
    scheduler.runDue();
  }

  private void withdraw() {
    TestTrustDomain successor = TestTrustDomain.builder("example.org").clock(clock).build();
    server.source.set(
        X509Context.of(server.source.x509Context().svids(), List.of(successor.bundle())));
  }

  /** The server's side of a connection, whose bytes nobody carries any more. */
  private SSLSession session() {
    try (Link link = HOW.link(client.tls(), tls)) {
      return link.connect().server().established();
    }
  }

  @Test
  @DisplayName("the look after an expiry is due right after it, however long the interval")
  void looksWhenTheFirstPeerExpires() {
    client.source.set(
        domain.context(domain.svid("/client").lifetime(Duration.ofMinutes(4)).build()));
    SSLSession early = session();
    try (ConnectionReviewer reviewer = start()) {
      assertThat(scheduler.nextDue()).contains(clock.instant().plus(Duration.ofMinutes(10)));
      var unused = reviewer.register(early, () -> told.add("ended"));
      Instant end = clock.instant().plus(Duration.ofMinutes(4));
      assertThat(scheduler.nextDue()).contains(end.plusMillis(1));

      scheduler.advance(Duration.ofMinutes(4));
      assertThat(told).isEmpty();
      scheduler.advance(Duration.ofMillis(1));
      assertThat(told).containsExactly("closed EXPIRED", "ended");
    }
  }

  @Test
  void looksAtEachChainOnceHoweverManyConnectionsHaveIt() {
    List<SSLSession> sessions = List.of(session(), session(), session());
    try (ConnectionReviewer reviewer = start()) {
      for (SSLSession session : sessions) {
        var unused = reviewer.register(session, () -> told.add("ended"));
      }
      int questions = server.questions.get();
      look(reviewer);
      assertThat(server.questions).hasValue(questions + 1);

      server.authorizer = peer -> false;
      look(reviewer);
      assertThat(server.questions).hasValue(questions + 2);
      assertThat(told).hasSize(6).contains("closed NOT_AUTHORIZED", "ended");
      assertThat(reviewer.size()).isZero();
    }
  }

  @Test
  void whoTellsOfChangesHasItLookAndIsClosedWithIt() {
    SSLSession session = session();
    List<Runnable> changes = new ArrayList<>();
    AtomicInteger ended = new AtomicInteger();
    ConnectionReviewer reviewer =
        ConnectionReviewer.builder(tls, scheduler)
            .changes(
                changed -> {
                  changes.add(changed);
                  return ended::incrementAndGet;
                })
            .start();
    var unused = reviewer.register(session, () -> told.add("ended"));
    withdraw();
    scheduler.runDue();
    assertThat(told).isEmpty();

    changes.forEach(Runnable::run);
    scheduler.runDue();
    assertThat(told).containsExactly("closed UNTRUSTED_CHAIN", "ended");
    reviewer.close();
    reviewer.close();
    assertThat(ended).hasValue(1);
  }

  @Test
  void whatIsRegisteredByHandIsLetGoOfByHand() {
    SSLSession session = session();
    try (ConnectionReviewer reviewer = start()) {
      ConnectionReviewer.Registration registration =
          reviewer.register(session, () -> told.add("ended"));
      assertThat(reviewer.size()).isEqualTo(1);
      registration.close();
      registration.close();
      assertThat(reviewer.size()).isZero();
      withdraw();
      look(reviewer);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void whoIsNotTrustedNowCannotBeRegistered() {
    SSLSession session = session();
    withdraw();
    try (ConnectionReviewer reviewer = start()) {
      assertThatThrownBy(() -> reviewer.register(session, () -> told.add("ended")))
          .isInstanceOfSatisfying(
              SvidVerificationException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.UNTRUSTED_CHAIN));
      assertThat(reviewer.size()).isZero();
      assertThat(told).containsExactly("refused UNTRUSTED_CHAIN");
    }
  }

  @Test
  @DisplayName("a change in the middle of a handshake does not go unseen")
  void aPeerIsKnownBeforeItIsVerified() {
    try (ConnectionReviewer reviewer = start();
        Link link = HOW.link(client.tls(), tls)) {
      link.connect().assertEstablished();
      server.authorizer =
          peer -> {
            // The path was found by the bundle of before.
            withdraw();
            look(reviewer);
            return true;
          };
      server.source.set(domain.context(domain.issue("/server")));

      link.connect().assertRefused();
    }
  }

  @Test
  @DisplayName("an engine of somebody else is ended: no byte passes it any more")
  void endsEngines() throws Exception {
    SSLEngine engine = tls.sslContext().createSSLEngine();
    X509Certificate[] chain =
        client.source.x509Context().x509Svid().chain().toArray(X509Certificate[]::new);
    try (ConnectionReviewer reviewer = start()) {
      tls.trustManager().checkClientTrusted(chain, "UNKNOWN", engine);
      look(reviewer);
      assertThat(engine.isInboundDone()).isFalse();
      withdraw();
      look(reviewer);

      assertThat(engine.isInboundDone()).isTrue();
      assertThat(told).containsExactly("closed UNTRUSTED_CHAIN");
    }
  }

  /** An engine whose session was resumed, so that others have the same one. */
  private SSLEngine engineOf(SSLSession session) {
    return new ForwardingEngine(tls.sslContext().createSSLEngine()) {
      @Override
      public SSLSession getSession() {
        return session;
      }
    };
  }

  @Test
  @DisplayName("who registers one of several connections of a session takes no other one's review")
  void endsAllConnectionsOfASession() throws Exception {
    SSLSession session = session();
    SSLEngine first = engineOf(session);
    SSLEngine second = engineOf(session);
    X509Certificate[] chain =
        client.source.x509Context().x509Svid().chain().toArray(X509Certificate[]::new);
    try (ConnectionReviewer reviewer = start()) {
      tls.trustManager().checkClientTrusted(chain, "UNKNOWN", first);
      tls.trustManager().checkClientTrusted(chain, "UNKNOWN", second);
      var unused = reviewer.register(session, () -> told.add("ended"));
      withdraw();
      look(reviewer);

      assertThat(first.isInboundDone()).isTrue();
      assertThat(second.isInboundDone()).isTrue();
      assertThat(told).contains("ended");
    }
  }

  @Test
  void enginesThatNobodyUsesAnyMoreAreNotHeld() throws Exception {
    X509Certificate[] chain =
        client.source.x509Context().x509Svid().chain().toArray(X509Certificate[]::new);
    try (ConnectionReviewer reviewer = start()) {
      for (int i = 0; i < 100; i++) {
        tls.trustManager().checkClientTrusted(chain, "UNKNOWN", tls.sslContext().createSSLEngine());
      }
      Await.until(
          () -> {
            System.gc();
            look(reviewer);
            return reviewer.size() == 0;
          });
    }
  }

  @Test
  void anAuthorizerThatFailsEndsTheConnectionAndNotTheReviews() {
    SSLSession session = session();
    try (ConnectionReviewer reviewer = start()) {
      var unusedFirst = reviewer.register(session, () -> told.add("ended"));
      server.authorizer =
          peer -> {
            throw new SvidVerificationException(Reason.NOT_AUTHORIZED, "no policy");
          };
      scheduler.advance(Duration.ofMinutes(10));
      assertThat(told).containsExactly("closed NOT_AUTHORIZED", "ended");

      server.authorizer = peer -> true;
      var unusedSecond = reviewer.register(session, () -> told.add("ended again"));
      withdraw();
      scheduler.advance(Duration.ofMinutes(10));
      assertThat(told).endsWith("closed UNTRUSTED_CHAIN", "ended again");
    }
  }

  @Test
  void oneTlsHasOneReviewerAtATimeAndNothingIsClosedAfterIt() {
    SSLSession session = session();
    ConnectionReviewer first = start();
    assertThat(tls.connectionReviewer()).containsSame(first);
    assertThatThrownBy(this::start).isInstanceOf(IllegalStateException.class);
    var unused = first.register(session, () -> told.add("ended"));
    first.close();

    assertThat(tls.connectionReviewer()).isEmpty();
    assertThat(first.size()).isZero();
    assertThat(scheduler.nextDue()).isEmpty();
    withdraw();
    look(first);
    assertThat(told).isEmpty();
    start().close();
  }

  @Test
  void anIntervalOfNothingIsNone() {
    assertThatThrownBy(() -> ConnectionReviewer.builder(tls, scheduler).interval(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
