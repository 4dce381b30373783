package dev.spiffe4j.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes the server sockets of one TLS. */
final class ListenerFactory extends SSLServerSocketFactory {
  /** What {@link ServerSocket} takes when none is given. */
  private static final int DEFAULT_BACKLOG = 50;

  private final Connections connections;

  ListenerFactory(Connections connections) {
    this.connections = connections;
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return connections.defaultParameters().getCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return connections.supportedParameters().getCipherSuites();
  }

  @Override
  public ServerSocket createServerSocket() throws IOException {
    return new Listener(connections);
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return createServerSocket(port, DEFAULT_BACKLOG, null);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return createServerSocket(port, backlog, null);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress address)
      throws IOException {
    return new Listener(connections, port, backlog, address);
  }
}
