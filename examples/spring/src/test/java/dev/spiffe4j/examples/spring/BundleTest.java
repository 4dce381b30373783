package dev.spiffe4j.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.examples.checks.Refusals;
import dev.spiffe4j.testing.FakeWorkloadApi;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.spring.SpiffeSslBundle;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

@DisplayName("the SSL bundle of an application with a Workload API")
class BundleTest {
  private static final int ROTATIONS = 20;

  private final TestTrustDomain domain = TestTrustDomain.of("example.org");
  private final TestTrustDomain other = TestTrustDomain.of("other.org");
  private final BlockingQueue<SslBundle> updates = new LinkedBlockingQueue<>();
  @TempDir private Path work;
  private FakeWorkloadApi workloadApi;
  private ConfigurableApplicationContext application;
  private RestClient rest;
  private SslBundles bundles;
  private String uri;

  @BeforeEach
  void start() {
    workloadApi = FakeWorkloadApi.start();
    workloadApi.update(domain.context(domain.issue("/web")));
    application = run("--SPIFFE_ENDPOINT_SOCKET=" + workloadApi.address());
    rest = application.getBean(RestClient.class);
    bundles = application.getBean(SslBundles.class);
    bundles.addBundleUpdateHandler("spiffe", updates::add);
    uri = "https://localhost:" + port();
  }

  /** An application whose server ends each connection after one request. */
  private ConfigurableApplicationContext run(String workloadApi) {
    return new SpringApplicationBuilder(WhoAmI.class, Identity.class)
        .run(
            workloadApi,
            "--server.port=0",
            "--server.tomcat.basedir=" + work,
            "--server.tomcat.max-keep-alive-requests=1",
            "--spring.main.banner-mode=off");
  }

  private int port() {
    return ((WebServerApplicationContext) application).getWebServer().getPort();
  }

  @AfterEach
  void stop() {
    application.close();
    workloadApi.close();
  }

  private void rotate(String path) throws InterruptedException {
    workloadApi.update(domain.context(domain.issue(path)));
    assertThat(updates.poll(2, TimeUnit.MINUTES)).isNotNull();
  }

  private String whoAmI() {
    return rest.get().uri(uri).retrieve().body(String.class);
  }

  @Test
  @DisplayName("20 rotations: handlers are told, and who keeps server and client needs no handler")
  void followsRotation() throws Exception {
    assertThat(whoAmI()).isEqualTo("spiffe://example.org/web");
    for (int i = 0; i < ROTATIONS; i++) {
      if (i % 5 == 4) {
        domain.rotateAuthority();
      }
      rotate("/web-" + i);
      assertThat(whoAmI()).isEqualTo("spiffe://example.org/web-" + i);
    }
    assertThat(updates).isEmpty();
  }

  @Test
  @DisplayName("a server that is made of the bundle's managers begins anew with each update")
  void reactorNettyFollowsUpdates() throws Exception {
    WebServer server = reactor(Ssl.ClientAuth.NEED);
    try {
      for (int i = 0; i < ROTATIONS; i++) {
        if (i % 5 == 4) {
          domain.rotateAuthority();
        }
        rotate("/web-" + i);
        assertThat(serverOf(server, "/web-" + i)).isEqualTo("hello");
      }
      assertThatThrownBy(() -> serverOf(server, "/web-0"))
          .satisfies(e -> assertThat(Refusals.reasonIn(e)).isEqualTo(Reason.NOT_AUTHORIZED));
    } finally {
      server.stop();
    }
  }

  @Test
  void aServerOfTheManagersThatAsksForNoCertificateServesNobody() {
    WebServer server = reactor(Ssl.ClientAuth.NONE);
    try {
      assertThat(catchThrowable(() -> serverOf(server, "/web"))).isNotNull();
    } finally {
      server.stop();
    }
  }

  private WebServer reactor(Ssl.ClientAuth clientAuth) {
    Ssl ssl = Ssl.forBundle("spiffe");
    ssl.setClientAuth(clientAuth);
    NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory(0);
    factory.setAddress(InetAddress.getLoopbackAddress());
    factory.setSsl(ssl);
    factory.setSslBundles(bundles);
    WebServer server =
        factory.getWebServer(
            (request, response) ->
                response.writeWith(
                    Mono.just(
                        response.bufferFactory().wrap("hello".getBytes(StandardCharsets.UTF_8)))));
    server.start();
    return server;
  }

  /** Reactor's client, which takes the managers, of a caller that knows whom it calls. */
  private String serverOf(WebServer server, String path) {
    X509Context now = application.getBean(X509Source.class).x509Context();
    SpiffeTls tls =
        SpiffeTls.builder(MutableX509Source.of(now), Authorizer.exactly(domain.id(path))).build();
    return webClient(SpiffeSslBundle.of(tls))
        .get()
        .uri("https://localhost:" + server.getPort())
        .retrieve()
        .bodyToMono(String.class)
        .block();
  }

  private static WebClient webClient(SslBundle bundle) {
    return WebClient.builder()
        .clientConnector(
            ClientHttpConnectorBuilder.reactor().build(HttpClientSettings.ofSslBundle(bundle)))
        .build();
  }

  @Test
  @DisplayName("clients refuse a server of another trust domain, and say so among the causes")
  void clientsRefuseOtherServers() throws Exception {
    assertThat(whoAmI()).isEqualTo("spiffe://example.org/web");
    WebClient web = webClient(bundles.getBundle("spiffe"));
    assertThat(web.get().uri(uri).retrieve().bodyToMono(String.class).block())
        .isEqualTo("spiffe://example.org/web");
    SpiffeTls strange =
        SpiffeTls.builder(
                MutableX509Source.of(other.context(other.issue("/web"))),
                Authorizer.anyAuthenticated())
            .build();
    try (SSLServerSocket listener =
        (SSLServerSocket)
            strange
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> shakeHands(listener));
      server.start();
      String elsewhere = "https://localhost:" + listener.getLocalPort();

      Throwable restFailure =
          catchThrowable(() -> rest.get().uri(elsewhere).retrieve().body(String.class));
      assertThat(Refusals.reasonIn(restFailure)).isEqualTo(Reason.NO_BUNDLE);

      Throwable webFailure =
          catchThrowable(
              () -> web.get().uri(elsewhere).retrieve().bodyToMono(String.class).block());
      assertThat(Refusals.reasonIn(webFailure)).isEqualTo(Reason.NO_BUNDLE);
    }
  }

  private static void shakeHands(SSLServerSocket listener) {
    while (!listener.isClosed()) {
      try (SSLSocket socket = (SSLSocket) listener.accept()) {
        socket.startHandshake();
      } catch (IOException e) {
        // Refused, or the listener was closed.
      }
    }
  }

  @Test
  @DisplayName("Tomcat, which takes the stores of a bundle, ends up with no key and does not start")
  void tomcatCannotBeMadeOfTheStores() {
    TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
    factory.setSsl(Ssl.forBundle("spiffe"));
    factory.setSslBundles(bundles);
    factory.setBaseDirectory(work.resolve("other").toFile());
    WebServer server = factory.getWebServer();
    try {
      assertThatThrownBy(server::start)
          .isInstanceOf(WebServerException.class)
          .hasRootCauseInstanceOf(IOException.class);
    } finally {
      server.destroy();
    }
  }
}
