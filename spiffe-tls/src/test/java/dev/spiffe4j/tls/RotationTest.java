package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RotationTest {
  private static final int HANDSHAKES = 24;

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();

  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  static Stream<TlsCase> cases() {
    return TlsCase.all();
  }

  private SpiffeTls restless(String path) {
    return SpiffeTls.builder(
            new RestlessSource(domain, path), Authorizer.memberOf(domain.trustDomain()))
        .clock(clock)
        .minimumVersion(TlsVersion.TLS_1_2)
        .build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theNextHandshakePresentsTheNewSvidAndTrustsTheNewAuthority(TlsCase how) {
    SpiffeTls clientTls = client.tls();
    SpiffeTls serverTls = server.tls();
    try (Link link = how.link(clientTls, serverTls)) {
      link.connect().assertEstablished();

      domain.rotateAuthority();
      client.source.set(domain.context(domain.issue("/client-2")));
      server.source.set(domain.context(domain.issue("/server-2")));
      Outcome outcome = link.connect();

      assertThat(clientTls.peer(outcome.client().established()).spiffeId())
          .isEqualTo(domain.id("/server-2"));
      assertThat(serverTls.peer(outcome.server().established()).spiffeId())
          .isEqualTo(domain.id("/client-2"));
      assertThat(serverTls.peer(outcome.server().established()).authority())
          .isEqualTo(domain.authority());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("key and chain are of one SVID, however fast the source rotates")
  void keyAndChainAreOfOneSvid(TlsCase how) {
    SpiffeTls clientTls = restless("/client");
    SpiffeTls serverTls = restless("/server");
    try (Link link = how.link(clientTls, serverTls)) {
      for (int i = 0; i < HANDSHAKES; i++) {
        link.connect().assertEstablished();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void keyAndChainAreOfOneSvidInForeignContextsToo(TlsCase how) throws Exception {
    SpiffeTls clientTls = restless("/client");
    SpiffeTls serverTls = restless("/server");
    for (int i = 0; i < HANDSHAKES; i++) {
      // New contexts, so that no handshake is resumed; the managers are always the same.
      try (Link link =
          Link.of(
              how.transport(),
              how.protocol(),
              foreign(clientTls),
              foreign(serverTls),
              parameters -> parameters.setNeedClientAuth(true))) {
        link.connect().assertEstablished();
      }
    }
  }

  private static SSLContext foreign(SpiffeTls tls) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {tls.keyManager()}, new TrustManager[] {tls.trustManager()}, null);
    return context;
  }

  @Test
  void manyThreadsHandshakeWhileBothSidesRotate() throws Exception {
    SpiffeTls clientTls = restless("/client");
    SpiffeTls serverTls = restless("/server");
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Outcome>> handshakes = new ArrayList<>();
      for (int i = 0; i < HANDSHAKES; i++) {
        TlsCase how = new TlsCase(Link.Transport.ENGINE, i % 2 == 0 ? "TLSv1.2" : "TLSv1.3");
        handshakes.add(
            () -> {
              try (Link link = how.link(clientTls, serverTls)) {
                return link.connect();
              }
            });
      }
      for (Future<Outcome> outcome : executor.invokeAll(handshakes)) {
        outcome.get().assertEstablished();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  @DisplayName(
      "a connection that was opened before trust ended and shakes hands after it is refused")
  void trustIsThatOfTheHandshakeAndNotOfTheConnection() throws Exception {
    SpiffeTls clientTls = client.tls();
    SpiffeTls serverTls = server.tls();
    try (SSLServerSocket listener =
            (SSLServerSocket)
                serverTls
                    .sslContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SSLSocket parked =
            (SSLSocket)
                clientTls
                    .sslContext()
                    .getSocketFactory()
                    .createSocket("localhost", listener.getLocalPort());
        SSLSocket accepted = (SSLSocket) listener.accept()) {
      TestTrustDomain successor = TestTrustDomain.builder("example.org").clock(clock).build();
      server.source.set(
          X509Context.of(server.source.x509Context().svids(), List.of(successor.bundle())));

      ExecutorService executor = Executors.newSingleThreadExecutor();
      try {
        Future<Throwable> failure = executor.submit(() -> failureOf(accepted));
        failureOf(parked);
        assertThat(Outcome.reasonOf(failure.get())).isEqualTo(Reason.UNTRUSTED_CHAIN);
      } finally {
        executor.shutdownNow();
      }
    }
  }

  private static Throwable failureOf(SSLSocket socket) throws Exception {
    try {
      socket.setSoTimeout(20_000);
      socket.startHandshake();
      socket.getInputStream().read();
      return new AssertionError("not refused");
    } catch (IOException e) {
      return e;
    }
  }
}
