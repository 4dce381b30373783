package dev.spiffe4j.examples.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.SpiffeTls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a web server has to do that answers each request with the SPIFFE ID of its client. */
public abstract class HttpServerChecks {
  private static final int ROTATIONS = 50;

  /** A server that listens on a port of the loopback interface, until it is stopped. */
  public record Running(int port, AutoCloseable stop) {}

  /** Starts a server on any port. */
  protected abstract Running serve(SpiffeTls tls) throws Exception;

  private final TestTrustDomain domain = TestTrustDomain.of("example.org");
  private final TestTrustDomain other = TestTrustDomain.of("other.org");
  private final MutableX509Source server =
      MutableX509Source.of(domain.context(domain.issue("/server")));
  private final MutableX509Source client =
      MutableX509Source.of(domain.context(domain.issue("/client")));
  private final Refusals refusals = new Refusals();
  private final SpiffeTls serverTls =
      SpiffeTls.builder(server, Authorizer.memberOf(domain.trustDomain())).trace(refusals).build();
  private final SpiffeTls clientTls =
      SpiffeTls.builder(client, Authorizer.memberOf(domain.trustDomain())).build();
  private Running running;

  @BeforeEach
  void start() throws Exception {
    running = serve(serverTls);
  }

  @AfterEach
  void stop() throws Exception {
    running.stop().close();
  }

  /** A client without connections. */
  protected HttpClient newClient() {
    return HttpClient.newBuilder()
        .sslContext(clientTls.sslContext())
        .connectTimeout(Duration.ofMinutes(2))
        .build();
  }

  private HttpResponse<String> get(HttpClient http) throws IOException, InterruptedException {
    URI uri = URI.create("https://localhost:" + running.port() + "/");
    return http.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(2)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void assertServes(HttpClient http, String clientPath) throws Exception {
    HttpResponse<String> response = get(http);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(domain.id(clientPath).toString());
    assertThat(clientTls.peer(response.sslSession().orElseThrow()).spiffeId())
        .isEqualTo(domain.id("/server"));
  }

  @Test
  @DisplayName("both sides know each other by SPIFFE ID, on any port, by any host name")
  void bothSidesKnowEachOther() throws Exception {
    assertServes(newClient(), "/client");
  }

  @Test
  @DisplayName("50 rotations without a restart and without a failure: new connections see them")
  void followsRotation() throws Exception {
    HttpClient kept = newClient();
    assertServes(kept, "/client");
    for (int i = 0; i < ROTATIONS; i++) {
      if (i % 10 == 9) {
        domain.rotateAuthority();
      }
      X509Svid next = domain.issue("/server");
      server.set(domain.context(next));
      client.set(domain.context(domain.issue("/client-" + i)));

      HttpResponse<String> response = get(newClient());

      assertThat(response.body()).isEqualTo(domain.id("/client-" + i).toString());
      X509Certificate presented =
          (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
      assertThat(presented.getSerialNumber()).isEqualTo(next.leaf().getSerialNumber());
      assertThat(get(kept).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aClientOfAnUnknownTrustDomainIsRefused() throws Exception {
    assertServes(newClient(), "/client");
    client.set(X509Context.of(List.of(other.issue("/client")), List.of(domain.bundle())));

    assertRefused();

    assertThat(refusals.next()).isEqualTo(Reason.NO_BUNDLE);
  }

  @Test
  void aClientOfAForeignTrustDomainIsNotAuthorized() throws Exception {
    assertServes(newClient(), "/client");
    server.set(
        X509Context.of(List.of(domain.issue("/server")), List.of(domain.bundle(), other.bundle())));
    client.set(X509Context.of(List.of(other.issue("/client")), List.of(domain.bundle())));

    assertRefused();

    assertThat(refusals.next()).isEqualTo(Reason.NOT_AUTHORIZED);
  }

  @Test
  void aClientThatPresentsNothingIsRefused() throws Exception {
    assertServes(newClient(), "/client");
    client.set(domain.context());

    assertRefused();
  }

  private void assertRefused() {
    assertThat(catchThrowable(() -> get(newClient()))).isInstanceOf(IOException.class);
  }

  @Test
  void theClientRefusesAServerOfAnUnknownTrustDomain() throws Exception {
    assertServes(newClient(), "/client");
    server.set(X509Context.of(List.of(other.issue("/server")), List.of(domain.bundle())));

    Throwable failure = catchThrowable(() -> get(newClient()));

    assertThat(Refusals.reasonIn(failure)).isEqualTo(Reason.NO_BUNDLE);
  }

  @Test
  @DisplayName("a request on an open connection is nobody's once trust has ended")
  void trustIsThatOfTheRequest() throws Exception {
    HttpClient kept = newClient();
    assertServes(kept, "/client");
    TestTrustDomain successor = TestTrustDomain.of("example.org");
    server.set(X509Context.of(server.x509Context().svids(), List.of(successor.bundle())));

    Throwable failure = catchThrowable(() -> assertThat(get(kept).statusCode()).isEqualTo(500));

    assertThat(refusals.next()).isEqualTo(Reason.UNTRUSTED_CHAIN);
    if (failure != null) {
      // The JDK's server ends the connection instead.
      assertThat(failure).isInstanceOf(IOException.class);
    }
  }
}
