package dev.spiffe4j.tls;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("SVID, intermediate and root rotate under 100 connections of the JDK")
class RotationUnderLoadTest {
  private final RotationLoad load = new RotationLoad();

  @Test
  void onSocketsOfJsse() throws Exception {
    try (Peers peers = LiveStack.SOCKET.peers(load.client().tls(), load.server().tls())) {
      load.run(peers::meet);
    }
  }

  @Test
  void onEnginesOfJsse() throws Exception {
    try (Link link =
        new TlsCase(Link.Transport.ENGINE, "TLSv1.3")
            .link(load.client().tls(), load.server().tls())) {
      load.run(
          () -> {
            Outcome outcome = link.connect();
            return new Peers.Seen(
                Peers.serialOfPeer(outcome.server().established()),
                Peers.serialOfPeer(outcome.client().established()));
          });
    }
  }

  @Test
  void onHttpsOfTheJdk() throws Exception {
    ExecutorService executor = Executors.newCachedThreadPool();
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    server.setHttpsConfigurator(new HttpsConfigurator(load.server().tls().sslContext()));
    server.setExecutor(executor);
    server.createContext("/", RotationUnderLoadTest::answer);
    server.start();
    try {
      HttpClient http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .executor(executor)
              .sslContext(load.client().tls().sslContext())
              .build();
      URI uri = URI.create("https://localhost:" + server.getAddress().getPort() + "/");
      load.run(() -> ask(http, uri));
    } finally {
      server.stop(0);
      executor.shutdownNow();
    }
  }

  private static Peers.Seen ask(HttpClient http, URI uri) throws Exception {
    HttpResponse<String> response =
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    return new Peers.Seen(
        new BigInteger(response.body()), Peers.serialOfPeer(response.sslSession().orElseThrow()));
  }

  /** Says whom it has seen, and that the next request needs a connection of its own. */
  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body =
          Peers.serialOfPeer(((HttpsExchange) exchange).getSSLSession())
              .toString()
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Connection", "close");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
