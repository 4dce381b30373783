package dev.spiffe4j.tls;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Svid;

/**
 * Is told what a {@link SpiffeTls} does: for logs, metrics and audits. It cannot change anything;
 * what it throws is logged and forgotten. Implementations are thread-safe and fast: they run inside
 * handshakes.
 */
public interface TlsTrace {
  /**
   * This SVID was chosen for a handshake.
   *
   * @param svid the SVID
   */
  default void presented(X509Svid svid) {}

  /**
   * This side had to present something and could not, or not any more.
   *
   * @param cause why; a {@link dev.spiffe4j.SpiffeException} unless a picker or a source itself
   *     failed
   */
  default void presentedNothing(RuntimeException cause) {}

  /**
   * A peer was verified and let in, in a handshake or by {@link SpiffeTls#peer}.
   *
   * @param peer the peer
   */
  default void accepted(VerifiedPeer peer) {}

  /**
   * A peer was refused, in a handshake or by {@link SpiffeTls#peer}.
   *
   * @param cause why; a {@link dev.spiffe4j.SvidVerificationException}, or a {@link
   *     WebServerException} about a server of the Web PKI, unless an authorizer itself failed
   */
  default void refused(RuntimeException cause) {}

  /**
   * A live connection is closed by a {@link ConnectionReviewer}.
   *
   * @param peer who it was when it was let in
   * @param cause why it may not go on; a {@link dev.spiffe4j.SpiffeException} unless an authorizer
   *     or a source itself failed
   */
  default void closed(VerifiedPeer peer, RuntimeException cause) {}

  /**
   * Tells nobody.
   *
   * @return the trace
   */
  static TlsTrace none() {
    return new TlsTrace() {};
  }

  /**
   * Writes events {@code dev.spiffe4j.SvidPresented}, {@code dev.spiffe4j.PeerVerified} and {@code
   * dev.spiffe4j.ConnectionClosed} of the JDK's Flight Recorder, whose module {@code jdk.jfr} must
   * be there.
   *
   * @return the trace
   */
  static TlsTrace flightRecorder() {
    return new FlightRecorderTrace();
  }

  /**
   * Tells both.
   *
   * @param other told after this one
   * @return the trace
   */
  default TlsTrace and(TlsTrace other) {
    return new SafeTrace(this, requireNonNull(other, "other"));
  }
}
