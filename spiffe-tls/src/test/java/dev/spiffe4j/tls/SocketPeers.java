package dev.spiffe4j.tls;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** {@code SSLSocket}s over loopback. */
final class SocketPeers implements Peers {
  private static final int PATIENCE_SECONDS = 120;

  private final SSLSocketFactory clients;
  private final boolean late;
  private final SSLServerSocket listener;
  private final ExecutorService executor = Executors.newCachedThreadPool();

  /** Clients that are late make a socket first and connect it then. */
  SocketPeers(SpiffeTls client, SpiffeTls server, boolean late) throws IOException {
    this.clients = client.sslContext().getSocketFactory();
    this.late = late;
    this.listener =
        (SSLServerSocket)
            server
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 200, InetAddress.getLoopbackAddress());
  }

  @Override
  public Wire connect() throws Exception {
    SSLSocket client = dial();
    SSLSocket server = (SSLSocket) listener.accept();
    CountDownLatch over = new CountDownLatch(1);
    executor.execute(
        () -> {
          try (server) {
            answer(server);
          } catch (Exception e) {
            // Closed by one side or the other.
          } finally {
            over.countDown();
          }
        });
    return new SocketWire(client, over);
  }

  private SSLSocket dial() throws IOException {
    if (!late) {
      return (SSLSocket) clients.createSocket("localhost", listener.getLocalPort());
    }
    SSLSocket socket = (SSLSocket) clients.createSocket();
    socket.connect(listener.getLocalSocketAddress());
    return socket;
  }

  private static void answer(SSLSocket server) throws Exception {
    server.startHandshake();
    String serial = Peers.serialOfPeer(server.getSession()).toString();
    DataOutputStream out = new DataOutputStream(server.getOutputStream());
    while (server.getInputStream().read() >= 0) {
      out.writeUTF(serial);
    }
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

  private record SocketWire(SSLSocket client, CountDownLatch serverIsOver) implements Wire {
    @Override
    public BigInteger clientAsSeen() throws IOException {
      client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      client.getOutputStream().write(1);
      return new BigInteger(new DataInputStream(client.getInputStream()).readUTF());
    }

    @Override
    public BigInteger serverAsSeen() throws Exception {
      return Peers.serialOfPeer(client.getSession());
    }

    @Override
    public void awaitClosed() throws Exception {
      try {
        if (client.getInputStream().read() >= 0) {
          throw new AssertionError("not closed");
        }
      } catch (SocketTimeoutException e) {
        throw new AssertionError("not closed", e);
      } catch (IOException e) {
        // Closed, by us or without a goodbye.
      }
      if (!serverIsOver.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the server's side is not closed");
      }
    }

    @Override
    public void close() {
      try {
        client.close();
      } catch (IOException e) {
        // Closed it is.
      }
    }
  }
}
