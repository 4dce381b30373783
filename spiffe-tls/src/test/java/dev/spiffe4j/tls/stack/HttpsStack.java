package dev.spiffe4j.tls.stack;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.SpiffeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** {@code HttpsServer} and {@code HttpClient} of the JDK. */
public final class HttpsStack implements Stack {
  @Override
  public Server serve(SpiffeTls tls) throws IOException {
    ExecutorService executor = Executors.newCachedThreadPool();
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(tls.sslContext()));
    https.setExecutor(executor);
    https.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(new byte[] {'o', 'k'});
          exchange.close();
        });
    https.start();
    return new Server() {
      @Override
      public int port() {
        return https.getAddress().getPort();
      }

      @Override
      public void close() {
        https.stop(0);
        executor.shutdownNow();
      }
    };
  }

  @Override
  public Answer call(SpiffeTls tls, int port) throws InterruptedException {
    try {
      HttpResponse<String> response =
          get(tls.sslContext(), URI.create("https://localhost:" + port + "/"));
      return new Answer(Outcome.Side.of(response.sslSession().orElseThrow()), response.body());
    } catch (IOException e) {
      return Answer.failed(e);
    }
  }

  /** One request over a connection of its own. */
  public static HttpResponse<String> get(SSLContext context, URI uri)
      throws IOException, InterruptedException {
    HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context).build();
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    CompletableFuture<HttpResponse<String>> response =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    try {
      return response.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer from " + uri, e);
    }
  }

  /** The JDK's client does, whatever its context is, and JDK 17's server. */
  @Override
  public boolean mayCloseSilently() {
    return true;
  }

  @Override
  public String toString() {
    return "HttpsServer and HttpClient";
  }
}
