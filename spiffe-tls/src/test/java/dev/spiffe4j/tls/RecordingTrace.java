package dev.spiffe4j.tls;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Svid;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what became of peers, and what was presented last. */
public final class RecordingTrace implements TlsTrace {
  private final List<String> peers = new CopyOnWriteArrayList<>();
  private volatile BigInteger accepted = BigInteger.ZERO;
  private volatile BigInteger presented = BigInteger.ZERO;

  @Override
  public void presented(X509Svid svid) {
    presented = svid.leaf().getSerialNumber();
  }

  @Override
  public void accepted(VerifiedPeer peer) {
    accepted = peer.chain().get(0).getSerialNumber();
    peers.add("accepted " + peer.spiffeId());
  }

  @Override
  public void refused(RuntimeException cause) {
    peers.add(
        "refused " + (cause instanceof SpiffeException ours ? ours.reason() : cause.toString()));
  }

  /** Such as {@code accepted spiffe://example.org/web} and {@code refused EXPIRED}. */
  public List<String> peers() {
    return List.copyOf(peers);
  }

  /** The serial number of who was accepted last. */
  public BigInteger accepted() {
    return accepted;
  }

  /** The serial number of what was presented last. */
  public BigInteger presented() {
    return presented;
  }
}
