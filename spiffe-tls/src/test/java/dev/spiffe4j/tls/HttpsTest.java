package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's HTTP clients and its HTTP server, with nothing set but the context. */
class HttpsTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();

  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));
  private final SpiffeTls serverTls = server.tls();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private HttpsServer https;

  @BeforeEach
  void start() throws IOException {
    https = serve(new HttpsConfigurator(serverTls.sslContext()));
  }

  private HttpsServer serve(HttpsConfigurator configurator) throws IOException {
    HttpsServer started =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    started.setHttpsConfigurator(configurator);
    started.setExecutor(executor);
    started.createContext("/", this::answer);
    started.start();
    return started;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String caller =
        serverTls.peer(((HttpsExchange) exchange).getSSLSession()).spiffeId().toString();
    byte[] body = caller.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void stop() {
    https.stop(0);
    executor.shutdownNow();
  }

  private URI uri(HttpsServer of, String host) {
    return URI.create("https://" + host + ":" + of.getAddress().getPort() + "/");
  }

  private HttpResponse<String> get(HttpsServer from, SpiffeTls tls, String host) throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(tls.sslContext()).build();
    HttpRequest request =
        HttpRequest.newBuilder(uri(from, host)).timeout(Duration.ofSeconds(60)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void httpClientReachesAServerByAnyName(String host) throws Exception {
    SpiffeTls tls = client.tls();

    HttpResponse<String> response = get(https, tls, host);

    assertThat(response.body()).isEqualTo("spiffe://example.org/client");
    assertThat(tls.peer(response.sslSession().orElseThrow()).spiffeId())
        .isEqualTo(domain.id("/server"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void httpsUrlConnectionReachesAServerByAnyName(String host) throws Exception {
    HttpsURLConnection connection = (HttpsURLConnection) uri(https, host).toURL().openConnection();
    connection.setSSLSocketFactory(client.tls().sslContext().getSocketFactory());

    assertThat(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("spiffe://example.org/client");
  }

  @Test
  void oneClientFollowsRotation() throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(client.tls().sslContext()).build();
    HttpRequest request = HttpRequest.newBuilder(uri(https, "localhost")).build();
    HttpResponse<String> before = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(before.body()).isEqualTo("spiffe://example.org/client");

    client.source.set(domain.context(domain.issue("/client-2")));
    HttpsServer another = serve(new HttpsConfigurator(serverTls.sslContext()));
    try {
      HttpRequest toAnother = HttpRequest.newBuilder(uri(another, "localhost")).build();
      assertThat(http.send(toAnother, HttpResponse.BodyHandlers.ofString()).body())
          .isEqualTo("spiffe://example.org/client-2");
    } finally {
      another.stop(0);
    }
  }

  @Test
  void httpClientSaysThatItsOwnSvidHasExpired() {
    client.clock.advance(Duration.ofMinutes(61));

    Throwable failure = catchThrowable(() -> get(https, client.tls(), "localhost"));

    assertThat(Outcome.reasonOf(failure)).isEqualTo(Reason.EXPIRED);
  }

  @Test
  void aServerRefusesAClientThatPresentsNothing() {
    client.source.set(domain.context());

    assertThat(catchThrowable(() -> get(https, client.tls(), "localhost")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aConfiguratorThatAsksForNoCertificateServesNobody() throws Exception {
    HttpsServer careless =
        serve(
            new HttpsConfigurator(serverTls.sslContext()) {
              @Override
              public void configure(HttpsParameters parameters) {
                parameters.setNeedClientAuth(false);
              }
            });
    client.source.set(domain.context());
    try {
      assertThat(catchThrowable(() -> get(careless, client.tls(), "localhost")))
          .isInstanceOf(IOException.class);
    } finally {
      careless.stop(0);
    }
  }
}
