package dev.spiffe4j.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Connects to itself over loopback; every connection is a full handshake of both sides. */
final class SoakLink implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final SSLContext context;
  private final SSLServerSocket listener;
  private final AtomicLong refused = new AtomicLong();

  SoakLink(SSLContext context) throws IOException {
    this.context = context;
    listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread serving = new Thread(this::serve, "soak-server");
    serving.setDaemon(true);
    serving.start();
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (SSLSocket socket = (SSLSocket) listener.accept()) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(socket.getInputStream().read());
      } catch (SocketException e) {
        countUnlessClosed(e);
      } catch (IOException e) {
        count(e);
      }
    }
  }

  private void countUnlessClosed(SocketException e) {
    if (!listener.isClosed()) {
      count(e);
    }
  }

  private void count(IOException e) {
    System.out.println("soak: the server's side failed: " + e);
    refused.incrementAndGet();
  }

  /** One handshake, and a byte there and back. */
  void shakeHands() throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(listener.getInetAddress(), listener.getLocalPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(42);
      if (socket.getInputStream().read() != 42) {
        throw new IOException("not what was sent");
      }
    }
  }

  /** How many handshakes the server's side has failed in. */
  long refused() {
    return refused.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
