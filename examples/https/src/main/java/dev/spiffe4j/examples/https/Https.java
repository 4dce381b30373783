package dev.spiffe4j.examples.https;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import dev.spiffe4j.Authorizer;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A server that tells its clients who they are, and a client of it. */
final class Https {
  private Https() {}

  static HttpsServer serve(SpiffeTls tls, int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls.sslContext()));
    server.createContext("/", exchange -> answer(tls, (HttpsExchange) exchange));
    server.start();
    return server;
  }

  private static void answer(SpiffeTls tls, HttpsExchange exchange) throws IOException {
    String caller = tls.peer(exchange.getSSLSession()).spiffeId().toString();
    send(exchange, caller.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  static String call(SpiffeTls tls, URI uri) throws IOException, InterruptedException {
    HttpClient http = HttpClient.newBuilder().sslContext(tls.sslContext()).build();
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  public static void main(String[] arguments) throws Exception {
    try (X509Source source = X509Source.connect()) {
      Authorizer colleagues = Authorizer.memberOf(source.x509Svid().spiffeId().trustDomain());
      SpiffeTls tls = SpiffeTls.builder(source, colleagues).build();
      HttpsServer server = serve(tls, 8443);
      System.out.println("I am " + call(tls, URI.create("https://localhost:8443/")));
      server.stop(0);
    }
  }
}
