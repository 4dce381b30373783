package dev.spiffe4j.tls;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Supplier;
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

/** The context of a {@link SpiffeTls}, as a provider offers one. */
final class SpiffeSslContextSpi extends SSLContextSpi {
  private final Supplier<SpiffeTls> tls;

  SpiffeSslContextSpi(Supplier<SpiffeTls> tls) {
    this.tls = tls;
  }

  private SSLContext context() {
    return tls.get().sslContext();
  }

  /** Takes the managers of the same TLS, or none; others would be ignored, and not be noticed. */
  @Override
  protected void engineInit(
      KeyManager @Nullable [] keyManagers,
      TrustManager @Nullable [] trustManagers,
      @Nullable SecureRandom random)
      throws KeyManagementException {
    SpiffeTls mine = tls.get();
    requireOnly(keyManagers, mine.keyManager());
    requireOnly(trustManagers, mine.trustManager());
  }

  private static void requireOnly(Object @Nullable [] managers, Object mine)
      throws KeyManagementException {
    for (Object manager : managers == null ? new Object[0] : managers) {
      if (!manager.equals(mine)) {
        throw new KeyManagementException(
            "a manager of another maker (expected: none, or the SPIFFE ones)");
      }
    }
  }

  @Override
  protected SSLSocketFactory engineGetSocketFactory() {
    return context().getSocketFactory();
  }

  @Override
  protected SSLServerSocketFactory engineGetServerSocketFactory() {
    return context().getServerSocketFactory();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine() {
    return context().createSSLEngine();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine(String host, int port) {
    return context().createSSLEngine(host, port);
  }

  @Override
  protected SSLSessionContext engineGetServerSessionContext() {
    return context().getServerSessionContext();
  }

  @Override
  protected SSLSessionContext engineGetClientSessionContext() {
    return context().getClientSessionContext();
  }

  @Override
  protected SSLParameters engineGetDefaultSSLParameters() {
    return context().getDefaultSSLParameters();
  }

  @Override
  protected SSLParameters engineGetSupportedSSLParameters() {
    return context().getSupportedSSLParameters();
  }
}
