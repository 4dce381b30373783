package dev.spiffe4j.tls;

import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * An engine of the JDK whose handshake is over when the peer has been verified, also if the session
 * was resumed and JSSE has asked nobody. No byte of the application passes before.
 */
final class VerifyingEngine extends ForwardingEngine {
  private static final ByteBuffer[] NOTHING = {};

  private final SSLEngine inner;
  private final PeerCheck check;
  private volatile Certificate @Nullable [] verified;
  private volatile @Nullable SSLHandshakeException refusal;

  VerifyingEngine(SSLEngine inner, PeerCheck check) {
    super(inner);
    this.inner = inner;
    this.check = check;
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target)
      throws SSLException {
    if (refusal != null) {
      // What is left to say to the peer is goodbye.
      return inner.wrap(NOTHING, 0, 0, target);
    }
    try {
      SSLEngineResult result = inner.wrap(sources, offset, length, target);
      return verified(result, result.bytesConsumed());
    } catch (SSLException e) {
      throw check.explained(e, inner);
    }
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
      throws SSLException {
    if (refusal != null) {
      throw refusal;
    }
    try {
      SSLEngineResult result = inner.unwrap(source, targets, offset, length);
      return verified(result, result.bytesProduced());
    } catch (SSLException e) {
      throw check.explained(e, inner);
    }
  }

  /**
   * {@code bytes} of the application have passed, which only happens after a handshake. In TLS 1.3
   * a handshake is over once more with each ticket, and in TLS 1.2 a later one can be about another
   * peer.
   */
  private SSLEngineResult verified(SSLEngineResult result, int bytes) throws SSLHandshakeException {
    boolean isOver = result.getHandshakeStatus() == HandshakeStatus.FINISHED;
    if (isOver || (bytes > 0 && verified == null)) {
      verify(PeerCheck.presentedTo(inner));
    }
    return result;
  }

  /** One thread may read while another one writes. */
  private synchronized void verify(Certificate[] presented) throws SSLHandshakeException {
    if (check.wasAsked(inner)) {
      verified = presented;
      return;
    }
    if (Arrays.equals(presented, verified)) {
      return;
    }
    try {
      check.verify(inner, presented);
      verified = presented;
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  private void refuse(RuntimeException reason) throws SSLHandshakeException {
    SSLHandshakeException refused = new SSLHandshakeException(reason.getMessage());
    refused.initCause(reason);
    refusal = refused;
    inner.getSession().invalidate();
    inner.closeOutbound();
    throw refused;
  }
}
