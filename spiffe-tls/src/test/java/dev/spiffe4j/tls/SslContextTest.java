package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Instant;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

class SslContextTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party party = new Party(clock, domain.context(domain.issue("/web")));

  private SSLContext strict() {
    return SpiffeTls.builder(party.source, party).clock(clock).build().sslContext();
  }

  private SSLContext lenient() {
    return party.builder().clientCertificate(ClientCertificate.OPTIONAL).build().sslContext();
  }

  @Test
  void beginsWithTls13AloneAndAsksForClients() {
    SSLParameters parameters = strict().getDefaultSSLParameters();

    assertThat(parameters.getProtocols()).containsExactly("TLSv1.3");
    assertThat(parameters.getNeedClientAuth()).isTrue();
    assertThat(strict().getSupportedSSLParameters().getProtocols()).containsExactly("TLSv1.3");
    assertThat(strict().getSupportedSSLParameters().getCipherSuites())
        .isNotEmpty()
        .noneMatch(suite -> suite.contains("_anon_") || suite.contains("_NULL_"));
  }

  @Test
  void obeysTheOptions() {
    SSLParameters parameters = lenient().getDefaultSSLParameters();

    assertThat(parameters.getProtocols()).containsExactly("TLSv1.2", "TLSv1.3");
    assertThat(parameters.getNeedClientAuth()).isFalse();
    assertThat(parameters.getWantClientAuth()).isTrue();
  }

  @Test
  void enginesBeginWithTheDefaultParametersInBothRoles() {
    for (SSLEngine engine :
        new SSLEngine[] {strict().createSSLEngine(), strict().createSSLEngine("web", 443)}) {
      for (boolean client : new boolean[] {true, false}) {
        engine.setUseClientMode(client);
        assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3");
        assertThat(engine.getNeedClientAuth()).isTrue();
      }
    }
    assertThat(lenient().createSSLEngine().getWantClientAuth()).isTrue();
  }

  @Test
  void socketsBeginWithTheDefaultParametersHoweverTheyAreMade() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    SSLSocketFactory factory = strict().getSocketFactory();
    try (SSLServerSocket listener =
        (SSLServerSocket) strict().getServerSocketFactory().createServerSocket(0, 50, loopback)) {
      int port = listener.getLocalPort();
      assertThat(listener.getEnabledProtocols()).containsExactly("TLSv1.3");
      assertThat(listener.getNeedClientAuth()).isTrue();
      assertThat(listener.getUseClientMode()).isFalse();

      try (Socket a = factory.createSocket();
          Socket b = factory.createSocket("localhost", port);
          Socket c = factory.createSocket("localhost", port, loopback, 0);
          Socket d = factory.createSocket(loopback, port);
          Socket e = factory.createSocket(loopback, port, loopback, 0);
          Socket plain = new Socket(loopback, port);
          Socket f = factory.createSocket(plain, "localhost", port, true);
          Socket another = new Socket(loopback, port);
          Socket g = factory.createSocket(another, null, true);
          Socket accepted = listener.accept()) {
        for (Socket socket : new Socket[] {a, b, c, d, e, f, g, accepted}) {
          SSLSocket tls = (SSLSocket) socket;
          assertThat(tls.getEnabledProtocols()).containsExactly("TLSv1.3");
          assertThat(tls.getNeedClientAuth()).isTrue();
        }
        assertThat(((SSLSocket) accepted).getUseClientMode()).isFalse();
        assertThat(((SSLSocket) g).getUseClientMode()).isFalse();
        assertThat(((SSLSocket) b).getUseClientMode()).isTrue();
      }
    }
    assertThat(factory.getDefaultCipherSuites()).contains("TLS_AES_128_GCM_SHA256");
    assertThat(factory.getSupportedCipherSuites()).contains("TLS_AES_128_GCM_SHA256");
  }

  @Test
  void serverSocketsHandTheirSettingsOn() throws Exception {
    try (SSLServerSocket listener =
        (SSLServerSocket)
            lenient()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      listener.setEnabledProtocols(new String[] {"TLSv1.3"});
      listener.setEnabledCipherSuites(new String[] {"TLS_AES_256_GCM_SHA384"});
      listener.setNeedClientAuth(true);
      SSLParameters parameters = listener.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      listener.setSSLParameters(parameters);

      try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
          SSLSocket accepted = (SSLSocket) listener.accept()) {
        assertThat(plain.isConnected()).isTrue();
        assertThat(accepted.getEnabledProtocols()).containsExactly("TLSv1.3");
        assertThat(accepted.getEnabledCipherSuites()).containsExactly("TLS_AES_256_GCM_SHA384");
        assertThat(accepted.getNeedClientAuth()).isTrue();
        assertThat(accepted.getSSLParameters().getApplicationProtocols()).containsExactly("h2");
      }
    }
  }

  @Test
  void unboundServerSocketsWorkToo() throws Exception {
    try (SSLServerSocket listener =
        (SSLServerSocket) strict().getServerSocketFactory().createServerSocket()) {
      assertThat(listener.isBound()).isFalse();
      assertThat(listener.getNeedClientAuth()).isTrue();
    }
  }

  @Test
  void keepsNoSessions() {
    SpiffeTls tls = party.tls();
    TlsCase.all()
        .forEach(
            how -> {
              try (Link link = how.link(tls, tls)) {
                link.connect().assertEstablished();
              }
            });

    for (SSLSessionContext sessions :
        new SSLSessionContext[] {
          tls.sslContext().getClientSessionContext(), tls.sslContext().getServerSessionContext()
        }) {
      assertThat(Collections.list(sessions.getIds())).isEmpty();
      sessions.setSessionTimeout(5);
      sessions.setSessionCacheSize(7);
      assertThat(sessions.getSessionTimeout()).isEqualTo(5);
      assertThat(sessions.getSessionCacheSize()).isEqualTo(7);
      assertThat(sessions.getSession(new byte[32])).isNull();
      assertThatThrownBy(() -> sessions.setSessionTimeout(-1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void cannotBeInitializedAgain() {
    assertThatThrownBy(() -> strict().init(null, null, null))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void buildingAsksTheSourceNothing() throws Exception {
    RestlessSource source = new RestlessSource(domain, "/web");
    SpiffeTls tls = SpiffeTls.builder(source, party).build();
    tls.sslContext().getServerSocketFactory().createServerSocket().close();
    tls.sslContext().getSupportedSSLParameters();

    assertThat(source.questions()).isZero();
  }
}
