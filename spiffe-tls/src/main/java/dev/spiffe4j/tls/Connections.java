package dev.spiffe4j.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes the state that one TLS connection needs: an {@code SSLContext} of its own.
 *
 * <p>JSSE resumes sessions without asking a trust manager, ignores timeouts of stateless tickets,
 * and cannot be told not to send any. Session caches and the keys of tickets belong to a context,
 * so a context that serves one connection has nothing that another one could resume. It costs a few
 * microseconds of the milliseconds of a handshake.
 */
final class Connections {
  private final Supplier<X509ExtendedKeyManager> keyManagers;
  private final TrustManagers trustManagers;
  private final ConnectionRules rules;

  Connections(
      Supplier<X509ExtendedKeyManager> keyManagers,
      TrustManagers trustManagers,
      ConnectionRules rules) {
    this.keyManagers = keyManagers;
    this.trustManagers = trustManagers;
    this.rules = rules;
  }

  ConnectionRules rules() {
    return rules;
  }

  /** A context that must serve one connection only. */
  SSLContext context() {
    return context(null);
  }

  /** The same; {@code plain} is the socket that the connection runs over, if it is known. */
  SSLContext context(@Nullable Socket plain) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {keyManagers.get()}, new TrustManager[] {trustManagers.of(plain)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK's TLS provider cannot be used", e);
    }
  }

  SSLEngine engine() {
    return rules.applyTo(context().createSSLEngine());
  }

  SSLEngine engine(String host, int port) {
    return rules.applyTo(context().createSSLEngine(host, port));
  }

  SSLParameters defaultParameters() {
    return rules.applyTo(context().getDefaultSSLParameters());
  }

  SSLParameters supportedParameters() {
    return rules.applyTo(context().getSupportedSSLParameters());
  }
}
