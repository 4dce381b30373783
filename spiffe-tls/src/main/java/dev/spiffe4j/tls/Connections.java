package dev.spiffe4j.tls;

import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

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
  private final X509ExtendedTrustManager trustManager;
  private final ConnectionRules rules;

  Connections(
      Supplier<X509ExtendedKeyManager> keyManagers,
      X509ExtendedTrustManager trustManager,
      ConnectionRules rules) {
    this.keyManagers = keyManagers;
    this.trustManager = trustManager;
    this.rules = rules;
  }

  ConnectionRules rules() {
    return rules;
  }

  /** A context that must serve one connection only. */
  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keyManagers.get()}, new TrustManager[] {trustManager}, null);
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
