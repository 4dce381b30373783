package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A socket hands out nothing of a peer that is not verified, whoever asks first")
@Timeout(120)
@Tag("resumption")
class VerifyingSocketTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = new Party(clock, domain.context(longLived("/client")));
  private final Party server = new Party(clock, domain.context(longLived("/server")));
  private final SpiffeTls clientTls = client.tls();

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private SSLServerSocket listener;

  private X509Svid longLived(String path) {
    return domain.svid(path).lifetime(Duration.ofHours(3)).build();
  }

  @BeforeEach
  void listen() throws IOException {
    listener =
        (SSLServerSocket)
            server
                .tls()
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    executor.execute(this::echo);
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
    executor.shutdownNow();
  }

  /** Answers each byte with the same one. */
  private void echo() {
    while (!listener.isClosed()) {
      try (SSLSocket socket = (SSLSocket) listener.accept()) {
        socket.getInputStream().transferTo(socket.getOutputStream());
      } catch (IOException e) {
        // The client has refused, or the listener is closed.
      }
    }
  }

  private SSLSocket connect(String protocol) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            clientTls
                .sslContext()
                .getSocketFactory()
                .createSocket("localhost", listener.getLocalPort());
    socket.setEnabledProtocols(new String[] {protocol});
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static void talk(SSLSocket socket) throws IOException {
    socket.getOutputStream().write(7);
    assertThat(socket.getInputStream().read()).isEqualTo(7);
  }

  /** A session that the next connection resumes. */
  private void makeASession(String protocol) throws IOException {
    try (SSLSocket socket = connect(protocol)) {
      talk(socket);
    }
    try (SSLSocket socket = connect(protocol)) {
      talk(socket);
    }
    assertThat(client.questions).hasValue(2);
  }

  private static void assertRefused(Throwable failure) {
    assertThat(failure).isInstanceOf(SSLException.class);
    assertThat(Outcome.reasonOf(failure)).isEqualTo(Reason.NOT_AUTHORIZED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoeverReadsOrWritesFirstIsTheOneThatAsks(String protocol) throws Exception {
    makeASession(protocol);
    client.authorizer = peer -> false;
    try (SSLSocket socket = connect(protocol)) {
      InputStream input = socket.getInputStream();
      assertRefused(catchThrowable(() -> socket.getOutputStream().write(7)));
      // And it stays so.
      assertRefused(catchThrowable(input::read));
      assertRefused(catchThrowable(socket::startHandshake));
      assertThat(socket.isClosed()).isTrue();
    }
    client.authorizer = Authorizer.anyAuthenticated();
    makeAnother(protocol);
    client.authorizer = peer -> false;
    try (SSLSocket socket = connect(protocol)) {
      assertRefused(catchThrowable(() -> socket.getInputStream().read()));
    }
  }

  private void makeAnother(String protocol) throws IOException {
    try (SSLSocket socket = connect(protocol)) {
      talk(socket);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  @DisplayName("a session is that of a verified peer, or of nobody")
  void aRefusedPeerHasNoSession(String protocol) throws Exception {
    makeASession(protocol);
    try (SSLSocket socket = connect(protocol)) {
      assertThat(clientTls.peer(socket.getSession()).spiffeId()).isEqualTo(domain.id("/server"));
      talk(socket);
    }
    client.authorizer = peer -> false;
    try (SSLSocket socket = connect(protocol)) {
      assertThat(socket.getSession().isValid()).isFalse();
      assertThat(socket.getSession().getCipherSuite()).isEqualTo("SSL_NULL_WITH_NULL_NULL");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  @DisplayName("listeners hear of each handshake once, of the socket that its owner has")
  void listenersSeeTheSocketOfItsOwner(String protocol) throws Exception {
    makeASession(protocol);
    BlockingQueue<HandshakeCompletedEvent> events = new LinkedBlockingQueue<>();
    try (SSLSocket socket = connect(protocol)) {
      socket.addHandshakeCompletedListener(events::add);
      talk(socket);
      talk(socket);
      assertThat(events.poll(60, TimeUnit.SECONDS).getSocket()).isSameAs(socket);
    }
    client.authorizer = peer -> false;
    try (SSLSocket socket = connect(protocol)) {
      socket.addHandshakeCompletedListener(events::add);
      assertRefused(catchThrowable(socket::startHandshake));
    }
    assertThat(events).isEmpty();
  }

  @Test
  void aListenerThatIsNotThereCannotBeRemoved() throws Exception {
    try (SSLSocket socket = connect("TLSv1.3")) {
      assertThat(catchThrowable(() -> socket.removeHandshakeCompletedListener(event -> {})))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(catchThrowable(() -> socket.addHandshakeCompletedListener(null)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
