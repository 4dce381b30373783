package dev.spiffe4j.tls;

import java.security.cert.Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK's TLS does not ask: who the peer of a resumed session is, and of a client that
 * presents nothing. For one connection, and confined to one thread at a time.
 */
final class PeerCheck {
  private static final Certificate[] NOTHING = {};

  private final TlsEnd end;
  private final LiveConnections connections;
  private final ConnectionRules rules;
  private final @Nullable TlsGeneration generation;
  private Certificate @Nullable [] verified;

  /** {@code generation} is the one whose sessions can be resumed, if any can. */
  PeerCheck(
      TlsEnd end,
      LiveConnections connections,
      ConnectionRules rules,
      @Nullable TlsGeneration generation) {
    this.end = end;
    this.connections = connections;
    this.rules = rules;
    this.generation = generation;
  }

  /**
   * Verifies the peer of a handshake that is over, unless that was done in it. In TLS 1.3 a
   * handshake is over once more with each ticket, and in TLS 1.2 a later one can be about another
   * peer.
   */
  void verify() throws SSLHandshakeException {
    Certificate[] presented = end.presented();
    if (!connections.handshakes().takeLetIn(end.self()) && !Arrays.equals(presented, verified)) {
      verify(presented);
    }
    verified = presented;
  }

  private void verify(Certificate[] presented) throws SSLHandshakeException {
    if (presented.length == 0 && !needsPeer()) {
      return;
    }
    try {
      if (!end.isClient()) {
        rules.requireClientsAreAsked(end.asksClients());
      }
      connections.admit(presented, end.transport());
    } catch (RuntimeException e) {
      end.session().invalidate();
      if (generation != null) {
        generation.end();
      }
      throw refusal(String.valueOf(e.getMessage()), e);
    }
  }

  private boolean needsPeer() {
    return end.isClient()
        || end.asksClients()
        || rules.clientCertificate() == ClientCertificate.REQUIRED;
  }

  /** The same failure with its typed cause, if it is that a client presented nothing. */
  SSLException explained(SSLException failure) {
    if (end.isClient() || !NoClientCertificate.isCauseOf(failure)) {
      return failure;
    }
    try {
      connections.admit(NOTHING, null);
      throw new AssertionError("a client that presents nothing was let in");
    } catch (RuntimeException e) {
      e.addSuppressed(failure);
      return refusal(String.valueOf(failure.getMessage()), e);
    }
  }

  private static SSLHandshakeException refusal(String message, RuntimeException reason) {
    SSLHandshakeException refusal = new SSLHandshakeException(message);
    refusal.initCause(reason);
    return refusal;
  }
}
