package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.spiffe4j.Authorizer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName(
    "The JDK's HttpClient and HttpsServer ask on both sides of each connection, resumed or not")
@Tag("resumption")
class HttpsResumptionTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = party("/client");
  private final Party server = party("/server");

  /** Whose own SVID outlives those that expire in these tests. */
  private Party party(String path) {
    return new Party(
        clock, domain.context(domain.svid(path).lifetime(Duration.ofHours(2)).build()));
  }

  /** Each request has a connection of its own. */
  private record Site(HttpsServer server, HttpClient client) implements AutoCloseable {
    static Site of(SSLContext server, SSLContext client, String protocol) throws IOException {
      HttpsServer https =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      https.setHttpsConfigurator(
          new HttpsConfigurator(server) {
            @Override
            public void configure(com.sun.net.httpserver.HttpsParameters parameters) {
              SSLParameters defaults = server.getDefaultSSLParameters();
              defaults.setNeedClientAuth(true);
              parameters.setSSLParameters(defaults);
            }
          });
      https.createContext(
          "/",
          exchange -> {
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      https.start();
      SSLParameters parameters = new SSLParameters();
      parameters.setProtocols(new String[] {protocol});
      return new Site(
          https,
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .sslContext(client)
              .sslParameters(parameters)
              .build());
    }

    int get() throws Exception {
      URI uri = URI.create("https://localhost:" + server.getAddress().getPort() + "/");
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(2)).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private Site ours(String protocol) throws IOException {
    return Site.of(server.tls().sslContext(), client.tls().sslContext(), protocol);
  }

  private static SSLContext foreign(SpiffeTls tls) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {tls.keyManager()}, new TrustManager[] {tls.trustManager()}, null);
    return context;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void controlPlainContextsResumeAndAskNobody(String protocol) throws Exception {
    try (Site site = Site.of(foreign(server.tls()), foreign(client.tls()), protocol)) {
      assertThat(site.get()).isEqualTo(204);
      client.authorizer = peer -> false;
      server.authorizer = peer -> false;

      assertThat(site.get()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void everyConnectionAsksOnBothSides(String protocol) throws Exception {
    try (Site site = ours(protocol)) {
      for (int i = 1; i <= 3; i++) {
        assertThat(site.get()).isEqualTo(204);
        assertThat(client.questions).hasValue(i);
        assertThat(server.questions).hasValue(i);
      }
    }
  }

  private void refusesAfter(String protocol, Runnable end) throws Exception {
    try (Site site = ours(protocol)) {
      assertThat(site.get()).isEqualTo(204);
      assertThat(site.get()).isEqualTo(204);
      end.run();

      assertThat(catchThrowable(site::get)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  @DisplayName("what ends trust, on either side, ends the next connection")
  void refusesWhoIsTrustedNoMore(String protocol) throws Exception {
    for (boolean atServer : new boolean[] {true, false}) {
      Party asked = atServer ? server : client;
      Party peer = atServer ? client : server;
      refusesAfter(protocol, () -> asked.authorizer = who -> false);
      asked.authorizer = Authorizer.anyAuthenticated();

      X509Context before = asked.source.x509Context();
      TestTrustDomain successor = TestTrustDomain.builder("example.org").clock(clock).build();
      refusesAfter(
          protocol,
          () -> asked.source.set(X509Context.of(before.svids(), List.of(successor.bundle()))));
      asked.source.set(before);

      peer.source.set(domain.context(domain.issue("/short")));
      refusesAfter(protocol, () -> asked.clock.advance(Duration.ofMinutes(61)));
      asked.clock.set(clock.instant());
    }
  }
}
