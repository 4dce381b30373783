package dev.spiffe4j.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes what one TLS connection needs.
 *
 * <p>JSSE resumes sessions without asking a trust manager, ignores timeouts of stateless tickets,
 * and cannot be told not to send any. Session caches and the keys of tickets belong to an {@code
 * SSLContext}. So sockets have one each, which costs a few microseconds of the milliseconds of a
 * handshake, and nothing that another one could resume. So have the engines of clients of the Web
 * PKI; all others are of {@link Engines}.
 */
final class Connections {
  private final Supplier<X509ExtendedKeyManager> keyManagers;
  private final TrustManagers trustManagers;
  private final ConnectionRules rules;
  private final @Nullable Engines engines;

  Connections(
      Supplier<X509ExtendedKeyManager> keyManagers,
      TrustManagers trustManagers,
      ConnectionRules rules,
      @Nullable Engines engines) {
    this.keyManagers = keyManagers;
    this.trustManagers = trustManagers;
    this.rules = rules;
    this.engines = engines;
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
    return context(keyManagers.get(), trustManagers.of(plain));
  }

  static SSLContext context(X509ExtendedKeyManager keys, X509ExtendedTrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK's TLS provider cannot be used", e);
    }
  }

  /** An engine that is never connected, and holds what connections begin with. */
  SSLEngine settings() {
    return rules.applyTo(context().createSSLEngine());
  }

  SSLEngine engine() {
    return engine(SSLContext::createSSLEngine);
  }

  SSLEngine engine(String host, int port) {
    return engine(context -> context.createSSLEngine(host, port));
  }

  private SSLEngine engine(Function<SSLContext, SSLEngine> maker) {
    return rules.applyTo(engines == null ? maker.apply(context()) : engines.engine(maker));
  }

  SSLParameters defaultParameters() {
    return rules.applyTo(context().getDefaultSSLParameters());
  }

  SSLParameters supportedParameters() {
    return rules.applyTo(context().getSupportedSSLParameters());
  }
}
