package dev.spiffe4j.tls;

import dev.spiffe4j.VerifiedPeer;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection under review: what its peer has presented, and what to close. */
final class LiveConnection {
  private final List<X509Certificate> presented;
  private final Transport transport;
  private volatile @Nullable VerifiedPeer peer;

  LiveConnection(List<X509Certificate> presented, Transport transport) {
    this.presented = presented;
    this.transport = transport;
  }

  List<X509Certificate> presented() {
    return presented;
  }

  Transport transport() {
    return transport;
  }

  /** Who was let in; nothing as long as it is being verified. */
  @Nullable VerifiedPeer peer() {
    return peer;
  }

  void letIn(VerifiedPeer verified) {
    peer = verified;
  }
}
