package dev.spiffe4j.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets of which each has a context of its own. */
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
    return ruled(inner().createSocket());
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return ruled(inner().createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return ruled(inner().createSocket(host, port, localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return ruled(inner().createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return ruled(inner().createSocket(address, port, localAddress, localPort));
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return ruled(inner().createSocket(socket, host, port, autoClose));
  }

  @Override
  public Socket createSocket(Socket socket, @Nullable InputStream consumed, boolean autoClose)
      throws IOException {
    return ruled(inner().createSocket(socket, consumed, autoClose));
  }

  private SSLSocketFactory inner() {
    return connections.context().getSocketFactory();
  }

  private Socket ruled(Socket socket) {
    return connections.rules().applyTo((SSLSocket) socket);
  }
}
