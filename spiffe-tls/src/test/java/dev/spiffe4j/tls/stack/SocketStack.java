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
    tls.getOutputStream().write(RESPONSE);
    return Outcome.Side.of(tls.getSession());
  }

  @Override
  public Outcome.Side call(SpiffeTls tls, int port) {
    try (SSLSocket socket =
        (SSLSocket)
            tls.sslContext()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_SECONDS * 1000);
      socket.startHandshake();
      socket.getOutputStream().write(REQUEST);
      if (socket.getInputStream().read() < 0) {
        throw new IOException("the other side closed");
      }
      return Outcome.Side.of(socket.getSession());
    } catch (IOException | RuntimeException e) {
      return Outcome.Side.failed(e);
    }
  }

  @Override
  public String toString() {
    return "JSSE sockets";
  }
}
