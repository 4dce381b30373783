package dev.spiffe4j.tls;

import dev.spiffe4j.VerifiedPeer;
import java.security.cert.Certificate;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The connections of one TLS, as long as somebody reviews them; none otherwise. Thread-safe. */
final class LiveConnections implements Iterable<LiveConnection> {
  /** Under which the session of an engine has its connection. */
  private static final String KNOWN = LiveConnection.class.getName();

  /** What a session has instead that several connections share, because it was resumed. */
  private static final String SEVERAL = "several";

  private final PeerVerifier verifier;
  private final Handshakes handshakes = new Handshakes();
  private final AtomicReference<@Nullable ConnectionReviewer> reviewer = new AtomicReference<>();
  private final Set<LiveConnection> all = ConcurrentHashMap.newKeySet();

  LiveConnections(PeerVerifier verifier) {
    this.verifier = verifier;
  }

  PeerVerifier verifier() {
    return verifier;
  }

  Handshakes handshakes() {
    return handshakes;
  }

  @Nullable ConnectionReviewer reviewer() {
    return reviewer.get();
  }

  void begin(ConnectionReviewer by) {
    if (!reviewer.compareAndSet(null, by)) {
      throw new IllegalStateException("this SpiffeTls has a ConnectionReviewer already");
    }
  }

  void end(ConnectionReviewer by) {
    if (reviewer.compareAndSet(by, null)) {
      all.clear();
    }
  }

  /** Lets a peer in, or refuses it, in a handshake. */
  void admit(Certificate @Nullable [] presented, @Nullable Transport transport) {
    ConnectionReviewer by = reviewer.get();
    if (by == null || transport == null || presented == null || presented.length == 0) {
      verifier.verify(presented);
    } else {
      LiveConnection connection = new LiveConnection(PeerVerifier.x509(presented), transport);
      add(connection, by, () -> verifier.verify(presented));
      SSLSession session = transport.session();
      if (session != null) {
        session.putValue(KNOWN, isShared(session) ? SEVERAL : connection);
      }
    }
  }

  private static boolean isShared(SSLSession session) {
    Object known = session.getValue(KNOWN);
    return known instanceof LiveConnection other ? !other.transport().isGone() : known != null;
  }

  /** Registered first and verified then, so that no change can come in between unseen. */
  void add(LiveConnection connection, ConnectionReviewer by, Supplier<VerifiedPeer> verification) {
    all.add(connection);
    try {
      VerifiedPeer peer = verification.get();
      connection.letIn(peer);
      by.expect(peer.expiresAt());
    } catch (RuntimeException e) {
      all.remove(connection);
      throw e;
    } finally {
      // It has been closed in the meantime, and whoever is added to it would stay.
      if (reviewer.get() != by) {
        all.remove(connection);
      }
    }
  }

  /**
   * Forgets what was known of a connection of which somebody knows better how to close it. It is
   * kept if the session does not tell which one that is: to close one twice does no harm.
   */
  void replace(SSLSession session) {
    if (session.getValue(KNOWN) instanceof LiveConnection known) {
      session.removeValue(KNOWN);
      all.remove(known);
    }
  }

  void remove(LiveConnection connection) {
    all.remove(connection);
  }

  int size() {
    return all.size();
  }

  /** Sees what is there now, and perhaps what comes meanwhile; what is gone is let go of. */
  @Override
  public Iterator<LiveConnection> iterator() {
    all.removeIf(connection -> connection.transport().isGone());
    return all.iterator();
  }
}
