package dev.spiffe4j.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A socket of the JDK whose handshake is over when the peer has been verified, also if the session
 * was resumed and JSSE has asked nobody. No byte of the application passes before.
 */
final class VerifyingSocket extends ForwardingTlsSocket {
  private final SSLSocket inner;
  private final PeerCheck check;
  private final Supplier<SSLSession> nobody;
  private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();

  /** Held for a handshake, as JSSE holds one of its own. */
  private final ReentrantLock handshaking = new ReentrantLock();

  private volatile @Nullable SSLSession verified;
  private volatile @Nullable SSLHandshakeException refusal;

  /** {@code nobody} makes the session of a connection without one. */
  VerifyingSocket(SSLSocket inner, PeerCheck check, Supplier<SSLSession> nobody) {
    super(inner);
    this.inner = inner;
    this.check = check;
    this.nobody = nobody;
  }

  @Override
  public void startHandshake() throws IOException {
    handshaking.lock();
    try {
      shakeHands();
    } finally {
      handshaking.unlock();
    }
  }

  private void shakeHands() throws IOException {
    if (refusal != null) {
      throw refusal;
    }
    try {
      inner.startHandshake();
    } catch (SSLException e) {
      throw check.explained(e);
    }
    verify();
  }

  @SuppressWarnings("ReferenceEquality") // a session of the same ID may be another one
  private void verify() throws IOException {
    SSLSession session = inner.getSession();
    try {
      check.verify();
    } catch (SSLHandshakeException e) {
      refusal = e;
      closeRefused(e);
      throw e;
    }
    if (session != verified) {
      verified = session;
      tell(session);
    }
  }

  private void closeRefused(SSLHandshakeException why) {
    try {
      inner.close();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  boolean isVerified() {
    return verified != null && refusal == null;
  }

  /** Before the first byte, in either direction. */
  void requireVerified() throws IOException {
    if (verified != null) {
      return;
    }
    handshaking.lock();
    try {
      if (verified == null) {
        shakeHands();
      }
    } finally {
      handshaking.unlock();
    }
  }

  /** Bytes have come, and before them perhaps a handshake of TLS 1.2 about another peer. */
  @SuppressWarnings("ReferenceEquality") // as above
  void requireStillVerified() throws IOException {
    if (inner.getSession() == verified) {
      return;
    }
    handshaking.lock();
    try {
      if (inner.getSession() != verified) {
        verify();
      }
    } finally {
      handshaking.unlock();
    }
  }

  /** The session of a handshake, which is made now if it was not yet; of nobody if it failed. */
  @Override
  public SSLSession getSession() {
    try {
      requireVerified();
    } catch (IOException e) {
      return nobody.get();
    }
    return inner.getSession();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new VerifiedInput(this, inner.getInputStream());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new VerifiedOutput(this, inner.getOutputStream());
  }

  @Override
  public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
    if (listener == null) {
      throw new IllegalArgumentException("listener is null");
    }
    listeners.add(listener);
  }

  @Override
  public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
    if (!listeners.remove(listener)) {
      throw new IllegalArgumentException("not a listener of this socket");
    }
  }

  /** On a thread of its own, as JSSE does: a listener may read and write. */
  private void tell(SSLSession session) {
    if (listeners.isEmpty()) {
      return;
    }
    List<HandshakeCompletedListener> told = List.copyOf(listeners);
    HandshakeCompletedEvent event = new HandshakeCompletedEvent(this, session);
    Thread thread =
        new Thread(
            () -> told.forEach(listener -> listener.handshakeCompleted(event)),
            "spiffe-tls-handshake-completed");
    thread.setDaemon(true);
    thread.start();
  }
}
