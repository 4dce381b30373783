package dev.spiffe4j.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes the sockets of one TLS. */
final class ConnectionSocketFactory extends SSLSocketFactory {
  private final Connections connections;

  ConnectionSocketFactory(Connections connections) {
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
  public Socket createSocket() throws IOException {
    return connections.socket(SSLSocketFactory::createSocket, null);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return over(new Socket(host, port), host);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return over(new Socket(host, port, localHost, localPort), host);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return over(new Socket(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return over(new Socket(address, port, localAddress, localPort), null);
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return connections.socket(
        factory -> factory.createSocket(socket, host, port, autoClose), socket);
  }

  @Override
  public Socket createSocket(Socket socket, @Nullable InputStream consumed, boolean autoClose)
      throws IOException {
    return connections.socket(factory -> factory.createSocket(socket, consumed, autoClose), socket);
  }

  /** A socket of its own below: only that can be closed without asking the peer. */
  private Socket over(Socket plain, @Nullable String host) throws IOException {
    try {
      return connections.socket(
          factory -> factory.createSocket(plain, host, plain.getPort(), true), plain);
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }
}
