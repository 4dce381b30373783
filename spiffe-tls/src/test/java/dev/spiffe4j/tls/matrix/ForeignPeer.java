package dev.spiffe4j.tls.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.testing.UncheckedSvid;
import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.stack.EngineConnection;
import dev.spiffe4j.tls.stack.LoopbackServer;
import dev.spiffe4j.tls.stack.Stack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;

/**
 * Somebody who presents anything to anybody and trusts everybody, by the JDK's TLS and without our
 * code: what it sees is what went over the wire.
 */
final class ForeignPeer {
  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  private final FixedKeyManager presents;
  private final SSLContext context;

  /** How a connection has ended: {@code ok}, {@code lost}, or an alert. */
  record Seen(String ending, int certificates) {
    private static Seen failed(IOException failure) {
      Matcher alert = ALERT.matcher(String.valueOf(failure.getMessage()));
      return new Seen(alert.find() ? alert.group(1) : "lost", 0);
    }
  }

  ForeignPeer(UncheckedSvid svid) {
    this.presents = new FixedKeyManager(svid);
    try {
      context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {presents}, new TrustManager[] {new GullibleTrustManager()}, null);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** How often it was asked to present something. */
  int questions() {
    return presents.questions.get();
  }

  /** One connection to a server of ours. */
  Seen call(Stack stack, String protocol, int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      EngineConnection connection = connection(socket, stack, protocol, true);
      connection.shakeHands();
      connection.write(stack.request());
      hear(connection);
      return seen(connection);
    } catch (IOException e) {
      return Seen.failed(e);
    }
  }

  private EngineConnection connection(Socket socket, Stack stack, String protocol, boolean isClient)
      throws IOException {
    socket.setSoTimeout(Stack.PATIENCE_SECONDS * 1000);
    SSLEngine engine = context.createSSLEngine("localhost", socket.getPort());
    engine.setUseClientMode(isClient);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {protocol});
    parameters.setApplicationProtocols(stack.alpn().toArray(String[]::new));
    parameters.setWantClientAuth(true);
    engine.setSSLParameters(parameters);
    return new EngineConnection(engine, socket);
  }

  private static void hear(EngineConnection connection) throws IOException {
    if (connection.in().read() < 0) {
      throw new IOException("the other side closed");
    }
  }

  private static Seen seen(EngineConnection connection) {
    try {
      return new Seen("ok", connection.session().getPeerCertificates().length);
    } catch (SSLPeerUnverifiedException e) {
      return new Seen("ok", 0);
    }
  }

  /** Serves one client of ours. */
  Listening listen(Stack stack, String protocol) throws IOException {
    return new Listening(stack, protocol);
  }

  /** A server, and what it has seen. */
  final class Listening implements AutoCloseable {
    private final LoopbackServer server;
    private volatile Seen seen = new Seen("lost", 0);

    private Listening(Stack stack, String protocol) throws IOException {
      server =
          new LoopbackServer(
              new ServerSocket(0, 5, InetAddress.getLoopbackAddress()),
              socket -> {
                EngineConnection connection = connection(socket, stack, protocol, false);
                seen = serve(connection);
                return Outcome.Side.of(connection.session());
              });
    }

    private Seen serve(EngineConnection connection) {
      try {
        connection.shakeHands();
        hear(connection);
        connection.write(Stack.RESPONSE);
        connection.close();
        return ForeignPeer.seen(connection);
      } catch (IOException e) {
        return Seen.failed(e);
      }
    }

    int port() {
      return server.port();
    }

    Seen seen() throws InterruptedException {
      assertThat(server.next()).isPresent();
      return seen;
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
