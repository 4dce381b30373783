package dev.spiffe4j.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Client sockets for those that take the name of a factory class, such as PostgreSQL's JDBC driver
 * ({@code sslfactory=dev.spiffe4j.tls.SpiffeSocketFactory}). Configured by properties or the
 * environment of the process as {@link SpiffeProvider} says; all factories share one TLS.
 */
public final class SpiffeSocketFactory extends SSLSocketFactory {
  private final SSLSocketFactory inner;

  /**
   * Makes a factory by the configuration of the process.
   *
   * @throws IllegalStateException if it says not whom to accept, or has no source
   */
  public SpiffeSocketFactory() {
    this.inner = ConfiguredTls.ofProcess().get().sslContext().getSocketFactory();
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return inner.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return inner.getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket() throws IOException {
    return inner.createSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return inner.createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return inner.createSocket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return inner.createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return inner.createSocket(address, port, localAddress, localPort);
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return inner.createSocket(socket, host, port, autoClose);
  }

  @Override
  @SuppressWarnings("exports")
  public Socket createSocket(Socket socket, @Nullable InputStream consumed, boolean autoClose)
      throws IOException {
    return inner.createSocket(socket, consumed, autoClose);
  }
}
