package dev.spiffe4j.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes the engines and sockets of one TLS. Thread-safe.
 *
 * <p>JSSE resumes sessions without asking a trust manager, ignores timeouts of stateless tickets,
 * and cannot be told not to send any. Session caches and the keys of tickets belong to an {@code
 * SSLContext}. So there is one for all connections of a generation, and each of them asks itself
 * about a peer that JSSE has not asked about. What has no generation, as the Web PKI, gets one for
 * each connection, which costs microseconds and leaves nothing to resume.
 */
final class Connections {
  private final Generations generations;
  private final Supplier<X509ExtendedKeyManager> keyManagers;
  private final X509ExtendedTrustManager trustManager;
  private final LiveConnections live;
  private final ConnectionRules rules;
  private final boolean verifying;

  private volatile @Nullable Origin shared;

  /** What connections are made of; without a generation it is for one only. */
  private record Origin(SSLContext context, @Nullable TlsGeneration generation) {}

  /**
   * Makes the maker.
   *
   * @param keyManagers of connections that have no generation
   * @param verifying whether peers, on both sides, are known by their SVIDs
   */
  Connections(
      Generations generations,
      Supplier<X509ExtendedKeyManager> keyManagers,
      X509ExtendedTrustManager trustManager,
      LiveConnections live,
      ConnectionRules rules,
      boolean verifying) {
    this.generations = generations;
    this.keyManagers = keyManagers;
    this.trustManager = trustManager;
    this.live = live;
    this.rules = rules;
    this.verifying = verifying;
  }

  private Origin origin() {
    if (!verifying) {
      return new Origin(context(), null);
    }
    TlsGeneration generation;
    try {
      generation = generations.now();
    } catch (RuntimeException e) {
      // The handshake will say why, with an alert.
      return new Origin(context(), null);
    }
    return generation.isFixed() ? shared(generation) : new Origin(context(), null);
  }

  private Origin shared(TlsGeneration generation) {
    Origin known = shared;
    if (known == null || known.generation != generation) {
      known = new Origin(context(generation.keyManager()), generation);
      shared = known;
    }
    return known;
  }

  /** A context for one connection, or for none. */
  SSLContext context() {
    return context(keyManagers.get());
  }

  private SSLContext context(X509ExtendedKeyManager keyManager) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keyManager}, new TrustManager[] {trustManager}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK's TLS provider cannot be used", e);
    }
  }

  SSLEngine engine() {
    return engine(SSLContext::createSSLEngine);
  }

  SSLEngine engine(String host, int port) {
    return engine(context -> context.createSSLEngine(host, port));
  }

  private SSLEngine engine(Function<SSLContext, SSLEngine> maker) {
    Origin origin = origin();
    SSLEngine inner = maker.apply(origin.context);
    return rules.applyTo(
        verifying
            ? new VerifyingEngine(inner, check(new TlsEnd.OfEngine(inner), origin), this::nobody)
            : inner);
  }

  /** How a factory of the JDK makes a socket. */
  @FunctionalInterface
  interface SocketMaker {
    Socket make(SSLSocketFactory factory) throws IOException;
  }

  /** {@code plain} is the socket that the connection runs over, if it is known. */
  SSLSocket socket(SocketMaker maker, @Nullable Socket plain) throws IOException {
    Origin origin = origin();
    SSLSocket inner = (SSLSocket) maker.make(origin.context.getSocketFactory());
    if (plain != null) {
      live.handshakes().over(inner, plain);
    }
    return rules.applyTo(verifying ? verifying(inner, origin) : inner);
  }

  private SSLSocket verifying(SSLSocket inner, Origin origin) {
    TlsEnd end = new TlsEnd.OfSocket(inner, live.handshakes().transport(inner));
    return new VerifyingSocket(inner, check(end, origin), this::nobody);
  }

  private PeerCheck check(TlsEnd end, Origin origin) {
    return new PeerCheck(end, live, rules, origin.generation);
  }

  /** The session that a connection has before its handshake. */
  private SSLSession nobody() {
    return context().createSSLEngine().getSession();
  }

  /** An engine that is never connected, and holds what connections begin with. */
  SSLEngine settings() {
    return rules.applyTo(context().createSSLEngine());
  }

  TlsVersion minimumVersion() {
    return rules.minimumVersion();
  }

  SSLParameters defaultParameters() {
    return rules.applyTo(context().getDefaultSSLParameters());
  }

  SSLParameters supportedParameters() {
    return rules.applyTo(context().getSupportedSSLParameters());
  }
}
