package dev.spiffe4j.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Connects {@code SSLSocket}s over loopback, all through one listener. */
final class SocketLink implements Link {
  private static final int PATIENCE_MILLIS = 20_000;

  private final String protocol;
  private final SSLContext client;
  private final SSLServerSocket listener;
  private @Nullable String identification;
  private final ExecutorService executor = Executors.newSingleThreadExecutor();

  SocketLink(
      String protocol,
      SSLContext client,
      SSLContext server,
      Consumer<SSLParameters> serverParameters) {
    this.protocol = protocol;
    this.client = client;
    try {
      listener =
          (SSLServerSocket)
              server
                  .getServerSocketFactory()
                  .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
      listener.setSoTimeout(PATIENCE_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SSLParameters parameters = listener.getSSLParameters();
    serverParameters.accept(parameters);
    listener.setSSLParameters(parameters);
  }

  @Override
  public Link identifyingEndpoints() {
    identification = "HTTPS";
    return this;
  }

  @Override
  public Link notIdentifyingEndpoints() {
    identification = "";
    return this;
  }

  @Override
  public Outcome connect() {
    CompletableFuture<Outcome.Side> server = CompletableFuture.supplyAsync(this::serve, executor);
    Outcome.Side mine = request();
    return new Outcome(mine, server.orTimeout(60, TimeUnit.SECONDS).join());
  }

  private Outcome.Side serve() {
    try (SSLSocket socket = (SSLSocket) listener.accept()) {
      return talk(socket);
    } catch (IOException | RuntimeException e) {
      return Outcome.Side.failed(e);
    }
  }

  private Outcome.Side request() {
    try (SSLSocket socket =
        (SSLSocket) client.getSocketFactory().createSocket("localhost", listener.getLocalPort())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {protocol});
      parameters.setEndpointIdentificationAlgorithm(identification);
      socket.setSSLParameters(parameters);
      return talk(socket);
    } catch (IOException | RuntimeException e) {
      return Outcome.Side.failed(e);
    }
  }

  private static Outcome.Side talk(SSLSocket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.startHandshake();
    socket.getOutputStream().write(1);
    if (socket.getInputStream().read() != 1) {
      throw new IOException("the other side closed");
    }
    return Outcome.Side.of(socket.getSession());
  }

  @Override
  public void close() {
    executor.shutdownNow();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
