package dev.spiffe4j.tls;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.Socket;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** What a {@link LiveConnection} runs over. It keeps nobody's connection from being collected. */
interface Transport {
  /** Whether there is nothing left to close. */
  boolean isGone();

  /** Ends the connection, whether or not its peer goes along. */
  void close() throws IOException;

  /** The session that is being made or resumed, if this transport can be known by it later. */
  default @Nullable SSLSession session() {
    return null;
  }

  /** An {@code SSLSocket}, and the socket beneath it if there is one. */
  static Transport of(SSLSocket socket, @Nullable Socket plain) {
    return new OfSocket(new WeakReference<>(socket), plain);
  }

  /** An {@code SSLEngine}, whose bytes somebody else carries. */
  static Transport of(SSLEngine engine) {
    return new OfEngine(new WeakReference<>(engine));
  }

  /** Whatever whoever has registered it says. */
  static Transport of(Runnable close) {
    return new ByHand(close);
  }

  /**
   * Without {@code close_notify}: to write one can block for as long as the peer does not read, and
   * it would tell the peer that nothing is missing.
   */
  record OfSocket(WeakReference<SSLSocket> socket, @Nullable Socket plain) implements Transport {
    @Override
    public boolean isGone() {
      SSLSocket live = socket.get();
      return live == null || live.isClosed() || (plain != null && plain.isClosed());
    }

    @Override
    public void close() throws IOException {
      if (plain != null) {
        plain.close();
        return;
      }
      SSLSocket live = socket.get();
      if (live != null) {
        // JSSE's own way ends with close_notify; so it does not wait for a writer that is stuck.
        live.setSoLinger(true, 0);
        live.close();
      }
    }
  }

  /**
   * No byte passes any more; who carries them learns it with the next one. Gone is an engine that
   * has said goodbye, because many of them never hear one.
   */
  record OfEngine(WeakReference<SSLEngine> engine) implements Transport {
    @Override
    public boolean isGone() {
      SSLEngine live = engine.get();
      return live == null || live.isOutboundDone();
    }

    @Override
    public void close() throws IOException {
      SSLEngine live = engine.get();
      if (live != null) {
        live.closeOutbound();
        live.closeInbound();
      }
    }

    @Override
    public @Nullable SSLSession session() {
      SSLEngine live = engine.get();
      if (live == null) {
        return null;
      }
      SSLSession made = live.getHandshakeSession();
      return made == null ? live.getSession() : made;
    }
  }

  /** Gone when the registration is. */
  record ByHand(Runnable ending) implements Transport {
    @Override
    public boolean isGone() {
      return false;
    }

    @Override
    public void close() {
      ending.run();
    }
  }
}
