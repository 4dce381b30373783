package dev.spiffe4j.tls;

import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** An {@code SSLContext} whose connections share no more than {@link Connections} lets them. */
final class ConnectionSslContext extends SSLContext {
  ConnectionSslContext(Connections connections) {
    this(connections, connections.context());
  }

  private ConnectionSslContext(Connections connections, SSLContext model) {
    super(new Spi(connections), model.getProvider(), model.getProtocol());
  }

  private static final class Spi extends SSLContextSpi {
    private final Connections connections;
    private final SSLSessionContext clientSessions = new NoSessions();
    private final SSLSessionContext serverSessions = new NoSessions();

    private Spi(Connections connections) {
      this.connections = connections;
    }

    @Override
    protected void engineInit(
        KeyManager @Nullable [] keyManagers,
        TrustManager @Nullable [] trustManagers,
        @Nullable SecureRandom random) {
      throw new IllegalStateException("SpiffeTls has initialized this SSLContext");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new ConnectionSocketFactory(connections);
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return new ListenerFactory(connections);
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return connections.engine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return connections.engine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return serverSessions;
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return clientSessions;
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return connections.defaultParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return connections.supportedParameters();
    }
  }
}
