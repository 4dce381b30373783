package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.ManualScheduler;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A connection reviewer closes who may not go on, on both sides, and nobody else")
class ConnectionReviewerTest {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final TestTrustDomain other = TestTrustDomain.builder("other.org").clock(clock).build();

  /** The side that reviews, and two that are connected to it. */
  private final Party self = party(longLived(domain, "/self"));

  private final Party doomed = party(domain.issue("/doomed"));
  private final Party spared = party(longLived(other, "/spared"));

  private final List<String> closings = Collections.synchronizedList(new ArrayList<>());
  private final ManualScheduler scheduler = ManualScheduler.of(self.clock);

  private Party party(X509Svid svid) {
    return new Party(
        clock, X509Context.of(List.of(svid), List.of(domain.bundle(), other.bundle())));
  }

  private static X509Svid longLived(TestTrustDomain domain, String path) {
    return domain.svid(path).lifetime(Duration.ofHours(3)).build();
  }

  private SpiffeTls reviewing() {
    return self.builder().trace(new Closings()).build();
  }

  private final class Closings implements TlsTrace {
    @Override
    public void closed(VerifiedPeer peer, RuntimeException cause) {
      closings.add(peer.spiffeId() + " " + ((SpiffeException) cause).reason());
    }
  }

  private ConnectionReviewer start(SpiffeTls tls) {
    return ConnectionReviewer.builder(tls, scheduler).interval(INTERVAL).start();
  }

  /** Who is connected to the one who reviews, as the server or as the client. */
  private Peers with(LiveStack stack, SpiffeTls reviewing, boolean atServer, Party party)
      throws Exception {
    return atServer ? stack.peers(party.tls(), reviewing) : stack.peers(reviewing, party.tls());
  }

  private void withdrawTheDoomed() {
    TestTrustDomain successor = TestTrustDomain.builder("example.org").clock(clock).build();
    self.source.set(
        X509Context.of(
            self.source.x509Context().svids(), List.of(successor.bundle(), other.bundle())));
  }

  /** Connects both, changes something, and finds the one closed and the other one not. */
  private void assertClosed(LiveStack stack, boolean atServer, Runnable change, Reason why)
      throws Exception {
    SpiffeTls tls = reviewing();
    try (ConnectionReviewer reviewer = start(tls);
        Peers toDoomed = with(stack, tls, atServer, doomed);
        Peers toSpared = with(stack, tls, atServer, spared);
        Wire doomedWire = second(toDoomed);
        Wire sparedWire = second(toSpared)) {
      assertThat(doomedWire.clientAsSeen()).isPositive();
      assertThat(sparedWire.clientAsSeen()).isPositive();
      reviewer.review();
      scheduler.runDue();
      assertThat(closings).isEmpty();
      assertThat(doomedWire.clientAsSeen()).isPositive();

      change.run();

      doomedWire.awaitClosed();
      assertThat(closings).containsExactly("spiffe://example.org/doomed " + why);
      assertThat(sparedWire.clientAsSeen()).isPositive();
    }
  }

  /** One that is resumed where the stack does so. */
  private static Wire second(Peers peers) throws Exception {
    peers.meet();
    return peers.connect();
  }

  @ParameterizedTest
  @EnumSource
  void closesTheConnectionsOfAWithdrawnAuthority(LiveStack stack) throws Exception {
    for (boolean atServer : new boolean[] {true, false}) {
      closings.clear();
      self.source.set(party(longLived(domain, "/self")).source.x509Context());
      assertClosed(
          stack,
          atServer,
          () -> {
            withdrawTheDoomed();
            scheduler.advance(INTERVAL);
          },
          Reason.UNTRUSTED_CHAIN);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closesAConnectionWhenThePeersSvidExpires(LiveStack stack) throws Exception {
    Duration soon = INTERVAL.dividedBy(2);
    doomed.source.set(
        X509Context.of(
            List.of(domain.svid("/doomed").lifetime(soon).build()),
            List.of(domain.bundle(), other.bundle())));
    for (boolean atServer : new boolean[] {true, false}) {
      closings.clear();
      self.clock.set(clock.instant());
      assertClosed(
          stack,
          atServer,
          () -> {
            scheduler.advance(soon);
            assertThat(closings).isEmpty();
            scheduler.advance(Duration.ofMillis(1));
          },
          Reason.EXPIRED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closesAConnectionWhenTheAuthorizerHasChangedItsMind(LiveStack stack) throws Exception {
    assertClosed(
        stack,
        true,
        () -> {
          self.authorizer = peer -> !peer.spiffeId().equals(domain.id("/doomed"));
          scheduler.advance(INTERVAL);
        },
        Reason.NOT_AUTHORIZED);
  }

  @ParameterizedTest
  @EnumSource(names = {"NETTY_JDK", "NETTY_NATIVE"})
  @DisplayName("fail closed: a connection that cannot be put under review is closed")
  void closesWhatCannotBeReviewed(LiveStack stack) throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    self.authorizer =
        peer -> {
          if (broken.get()) {
            throw new IllegalStateException("the authorizer fails");
          }
          return true;
        };
    TlsTrace breaking =
        new TlsTrace() {
          @Override
          public void accepted(VerifiedPeer peer) {
            broken.set(true);
          }
        };
    SpiffeTls tls = self.builder().trace(breaking).build();
    try (ConnectionReviewer reviewer = start(tls);
        Peers peers = stack.peers(doomed.tls(), tls);
        Wire wire = peers.connect()) {
      wire.awaitClosed();
      assertThat(broken).isTrue();
      reviewer.review();
      scheduler.runDue();
      assertThat(reviewer.size()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("fail closed: what cannot be verified is closed")
  void closesAllWhenTheSourceHasNothingToVerifyWith(LiveStack stack) throws Exception {
    Withdrawable source = new Withdrawable(self.source);
    SpiffeTls tls = SpiffeTls.builder(source, self).clock(self.clock).trace(new Closings()).build();
    try (ConnectionReviewer reviewer = start(tls);
        Peers peers = stack.peers(doomed.tls(), tls);
        Wire wire = peers.connect()) {
      assertThat(wire.clientAsSeen()).isPositive();
      source.withdrawn = true;
      reviewer.review();
      scheduler.runDue();

      wire.awaitClosed();
      assertThat(closings).containsExactly("spiffe://example.org/doomed NO_SVID");
    }
  }

  private static final class Withdrawable implements X509ContextSource {
    private final X509ContextSource inner;
    private volatile boolean withdrawn;

    private Withdrawable(X509ContextSource inner) {
      this.inner = inner;
    }

    @Override
    public X509Context x509Context() {
      if (withdrawn) {
        throw new SvidVerificationException(Reason.NO_SVID, "withdrawn");
      }
      return inner.x509Context();
    }
  }

  @ParameterizedTest
  @EnumSource
  void rotationsOfOnesOwnSvidAndOfTheAuthoritiesCloseNothing(LiveStack stack) throws Exception {
    SpiffeTls tls = reviewing();
    try (ConnectionReviewer reviewer = start(tls);
        Peers peers = stack.peers(doomed.tls(), tls);
        Wire wire = peers.connect()) {
      assertThat(wire.clientAsSeen()).isPositive();
      domain.rotateAuthority();
      self.source.set(party(longLived(domain, "/self")).source.x509Context());
      scheduler.advance(INTERVAL.multipliedBy(3));

      assertThat(wire.clientAsSeen()).isPositive();
      assertThat(closings).isEmpty();
      assertThat(reviewer.size()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutAReviewerNothingIsClosed(LiveStack stack) throws Exception {
    SpiffeTls tls = reviewing();
    try (Peers peers = stack.peers(doomed.tls(), tls);
        Wire wire = peers.connect()) {
      assertThat(wire.clientAsSeen()).isPositive();
      withdrawTheDoomed();
      self.clock.advance(Duration.ofHours(2));

      assertThat(wire.clientAsSeen()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsLeftOfConnectionsThatHaveEnded(LiveStack stack) throws Exception {
    SpiffeTls tls = reviewing();
    try (ConnectionReviewer reviewer = start(tls);
        Peers peers = stack.peers(doomed.tls(), tls)) {
      for (int i = 0; i < 5; i++) {
        try (Wire wire = peers.connect()) {
          assertThat(wire.clientAsSeen()).isPositive();
          assertThat(reviewer.size()).isPositive();
        }
      }
      Await.until(
          () -> {
            reviewer.review();
            scheduler.runDue();
            return reviewer.size() == 0;
          });
    }
  }
}
