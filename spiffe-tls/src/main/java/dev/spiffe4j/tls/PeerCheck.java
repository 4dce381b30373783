package dev.spiffe4j.tls;

import java.security.cert.Certificate;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * What an engine of the JDK does not ask: who the peer of a resumed session is, and of a client
 * that presents nothing.
 *
 * @param asked the engines whose trust manager has verified the peer, each until it is taken out
 * @param generation whose session may have been resumed, if any can be
 */
record PeerCheck(
    LiveConnections connections,
    ConnectionRules rules,
    Set<SSLEngine> asked,
    @Nullable TlsGeneration generation) {
  private static final Certificate[] NOTHING = {};

  static Certificate[] presentedTo(SSLEngine engine) {
    try {
      return engine.getSession().getPeerCertificates();
    } catch (SSLPeerUnverifiedException e) {
      return NOTHING;
    }
  }

  /** Whether the trust manager has verified the peer in the handshake that is over. */
  boolean wasAsked(SSLEngine engine) {
    return asked.remove(engine);
  }

  /** Verifies the peer of a handshake in which nobody was asked. */
  void verify(SSLEngine engine, Certificate[] presented) {
    if (presented.length == 0 && !needsPeer(engine)) {
      return;
    }
    try {
      if (!engine.getUseClientMode()) {
        rules.requireClientsAreAsked(engine.getNeedClientAuth());
      }
      connections.admit(presented, Transport.of(engine));
    } catch (RuntimeException e) {
      if (generation != null) {
        generation.end();
      }
      throw e;
    }
  }

  private boolean needsPeer(SSLEngine engine) {
    return engine.getUseClientMode()
        || engine.getNeedClientAuth()
        || rules.clientCertificate() == ClientCertificate.REQUIRED;
  }

  /** The same failure with its typed cause, if it is that a client presented nothing. */
  SSLException explained(SSLException failure, SSLEngine engine) {
    if (engine.getUseClientMode() || !NoClientCertificate.isCauseOf(failure)) {
      return failure;
    }
    try {
      connections.admit(NOTHING, null);
      throw new AssertionError("a client that presents nothing was let in");
    } catch (RuntimeException e) {
      e.addSuppressed(failure);
      SSLHandshakeException explained = new SSLHandshakeException(failure.getMessage());
      explained.initCause(e);
      return explained;
    }
  }
}
