package dev.spiffe4j.tls;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An engine of the JDK whose handshake is over when the peer has been verified, also if the session
 * was resumed and JSSE has asked nobody. No byte of the application passes before.
 */
final class VerifyingEngine extends ForwardingEngine {
  private static final ByteBuffer[] NOTHING = {};

  private final SSLEngine inner;
  private final PeerCheck check;
  private final Supplier<SSLSession> nobody;
  private volatile boolean verified;
  private volatile @Nullable SSLHandshakeException refusal;

  /** {@code nobody} makes the session of a connection without one. */
  VerifyingEngine(SSLEngine inner, PeerCheck check, Supplier<SSLSession> nobody) {
    super(inner);
    this.inner = inner;
    this.check = check;
    this.nobody = nobody;
  }

  /** The session of the handshake; of nobody if its peer was refused after it. */
  @Override
  public SSLSession getSession() {
    return refusal == null ? inner.getSession() : nobody.get();
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target)
      throws SSLException {
    if (refusal != null) {
      // What is left to say to the peer is goodbye.
      return inner.wrap(NOTHING, 0, 0, target);
    }
    SSLEngineResult result;
    try {
      result = inner.wrap(sources, offset, length, target);
    } catch (SSLException e) {
      throw check.explained(e);
    }
    return verified(result, result.bytesConsumed());
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
      throws SSLException {
    if (refusal != null) {
      throw refusal;
    }
    SSLEngineResult result;
    try {
      result = inner.unwrap(source, targets, offset, length);
    } catch (SSLException e) {
      throw check.explained(e);
    }
    return verified(result, result.bytesProduced());
  }

  /** {@code bytes} of the application have passed, which only happens after a handshake. */
  private SSLEngineResult verified(SSLEngineResult result, int bytes) throws SSLHandshakeException {
    boolean isOver = result.getHandshakeStatus() == HandshakeStatus.FINISHED;
    if (isOver || (bytes > 0 && !verified)) {
      verify();
    }
    return result;
  }

  /** One thread may read while another one writes. */
  private synchronized void verify() throws SSLHandshakeException {
    try {
      check.verify();
      verified = true;
    } catch (SSLHandshakeException e) {
      refusal = e;
      inner.closeOutbound();
      throw e;
    }
  }
}
