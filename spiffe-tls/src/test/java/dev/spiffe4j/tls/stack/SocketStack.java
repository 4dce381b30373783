package dev.spiffe4j.tls.stack;

import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.SpiffeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

/** {@code SSLSocket} and {@code SSLServerSocket}. */
public final class SocketStack implements Stack {
  private static final int BACKLOG = 5;

  @Override
  public Server serve(SpiffeTls tls) throws IOException {
    return new LoopbackServer(
        tls.sslContext()
            .getServerSocketFactory()
            .createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()),
        SocketStack::answer);
  }

  private static Outcome.Side answer(Socket socket) throws IOException {
    SSLSocket tls = (SSLSocket) socket;
    tls.startHandshake();
    Texts.readRequest(tls.getInputStream());
    tls.getOutputStream().write(RESPONSE);
    return Outcome.Side.of(tls.getSession());
  }

  @Override
  public Answer call(SpiffeTls tls, int port) {
    try (SSLSocket socket =
        (SSLSocket)
            tls.sslContext()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_SECONDS * 1000);
      socket.startHandshake();
      socket.getOutputStream().write(REQUEST);
      String text = Texts.readAnswer(socket.getInputStream());
      return new Answer(Outcome.Side.of(socket.getSession()), text);
    } catch (IOException | RuntimeException e) {
      return Answer.failed(e);
    }
  }

  @Override
  public String toString() {
    return "JSSE sockets";
  }
}
