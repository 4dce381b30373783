package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.netty.NettyPeers;
import dev.spiffe4j.tls.netty.TlsEngine;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A server can tell that a client presented nothing")
class NoClientCertificateTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  static Stream<TlsCase> cases() {
    return TlsCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void byTheFailureOfJsse(TlsCase how) {
    server.authorizer = peer -> false;
    try (Link link = how.link(client.tls(), server.tls())) {
      Outcome outcome = link.connect();
      outcome.assertRefused();
      assertThat(isForLack(outcome.server())).isFalse();

      client.source.set(domain.context());
      outcome = link.connect();
      outcome.assertRefused();
      assertThat(isForLack(outcome.server())).isTrue();
      // What the peer says is not this side's reason.
      assertThat(isForLack(outcome.client())).isFalse();
    }
  }

  private static boolean isForLack(Outcome.Side side) {
    return SpiffeTls.isForLackOfCertificate(Optional.ofNullable(side.failure()).orElseThrow());
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "NATIVE"})
  void byTheTraceOnNetty(TlsEngine engine) throws Exception {
    BlockingQueue<Enum<?>> refusals = new LinkedBlockingQueue<>();
    TlsTrace trace =
        new TlsTrace() {
          @Override
          public void refused(RuntimeException cause) {
            refusals.add(((SvidVerificationException) cause).reason());
          }
        };
    SpiffeTls serverTls = server.builder().trace(trace).build();
    try (Peers peers = new NettyPeers(client.tls(), serverTls, engine)) {
      peers.meet();
      assertThat(refusals).isEmpty();
      client.source.set(domain.context());
      assertThat(fails(peers)).isTrue();

      assertThat(refusals.poll(120, TimeUnit.SECONDS)).isEqualTo(Reason.NO_SVID);
      assertThat(refusals).isEmpty();
    }
  }

  /** In TLS 1.3 a client's handshake is over before it hears of its refusal. */
  private static boolean fails(Peers peers) {
    try {
      peers.meet();
      return false;
    } catch (Exception e) {
      return true;
    }
  }

  @Test
  void byNoOtherFailure() {
    Exception circle = new SSLException("one");
    Exception other = new SSLException("two", circle);
    circle.initCause(other);
    for (Throwable failure :
        new Throwable[] {
          circle,
          new SSLHandshakeException("Received fatal alert: certificate_required"),
          new IllegalStateException("Empty client certificate chain"),
          new SSLException((String) null)
        }) {
      assertThat(SpiffeTls.isForLackOfCertificate(failure)).isFalse();
    }
    assertThat(
            SpiffeTls.isForLackOfCertificate(
                new IllegalStateException(
                    new SSLHandshakeException("Empty client certificate chain"))))
        .isTrue();
  }
}
