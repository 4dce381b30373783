package dev.spiffe4j.tls.stack;

import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.SpiffeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLEngine;

/** {@code SSLEngine}, driven as a server or a client of one's own would. */
public final class EngineStack implements Stack {
  private static final int BACKLOG = 5;

  @Override
  public Server serve(SpiffeTls tls) throws IOException {
    return new LoopbackServer(
        new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()),
        socket -> {
          SSLEngine engine = tls.sslContext().createSSLEngine();
          engine.setUseClientMode(false);
          EngineConnection connection = new EngineConnection(engine, socket);
          connection.shakeHands();
          Texts.readRequest(connection.in());
          connection.write(RESPONSE);
          connection.close();
          return Outcome.Side.of(engine.getSession());
        });
  }

  @Override
  public Answer call(SpiffeTls tls, int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_SECONDS * 1000);
      SSLEngine engine = tls.sslContext().createSSLEngine("localhost", port);
      engine.setUseClientMode(true);
      EngineConnection connection = new EngineConnection(engine, socket);
      connection.shakeHands();
      connection.write(REQUEST);
      String text = Texts.readAnswer(connection.in());
      return new Answer(Outcome.Side.of(engine.getSession()), text);
    } catch (IOException | RuntimeException e) {
      return Answer.failed(e);
    }
  }

  @Override
  public String toString() {
    return "JSSE engines";
  }
}
