package dev.spiffe4j.tls;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Svid;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Events of the Flight Recorder. */
final class FlightRecorderTrace implements TlsTrace {
  @Override
  public void presented(X509Svid svid) {
    SvidPresented event = new SvidPresented();
    event.spiffeId = svid.spiffeId().toString();
    event.expiresAt = svid.expiresAt().toString();
    event.commit();
  }

  @Override
  public void presentedNothing(RuntimeException cause) {
    SvidPresented event = new SvidPresented();
    event.reason = reason(cause);
    event.commit();
  }

  @Override
  public void accepted(VerifiedPeer peer) {
    PeerVerified event = new PeerVerified();
    event.spiffeId = peer.spiffeId().toString();
    event.accepted = true;
    event.commit();
  }

  @Override
  public void refused(RuntimeException cause) {
    PeerVerified event = new PeerVerified();
    if (cause instanceof SvidVerificationException refusal) {
      event.spiffeId = refusal.spiffeId().map(SpiffeId::toString).orElse("");
    }
    event.reason = reason(cause);
    event.commit();
  }

  @Override
  public void closed(VerifiedPeer peer, RuntimeException cause) {
    ConnectionClosed event = new ConnectionClosed();
    event.spiffeId = peer.spiffeId().toString();
    event.reason = reason(cause);
    event.commit();
  }

  private static String reason(RuntimeException cause) {
    return cause instanceof SpiffeException ours
        ? ours.reason().name()
        : cause.getClass().getSimpleName();
  }

  @Name("dev.spiffe4j.SvidPresented")
  @Label("X.509-SVID presented")
  @Category({"SPIFFE", "TLS"})
  @StackTrace(false)
  static final class SvidPresented extends Event {
    @Label("SPIFFE ID")
    String spiffeId = "";

    @Label("Expires at")
    String expiresAt = "";

    @Label("Why nothing was presented")
    String reason = "";
  }

  @Name("dev.spiffe4j.PeerVerified")
  @Label("TLS peer verified")
  @Category({"SPIFFE", "TLS"})
  @StackTrace(false)
  static final class PeerVerified extends Event {
    @Label("SPIFFE ID")
    String spiffeId = "";

    @Label("Accepted")
    boolean accepted;

    @Label("Why it was refused")
    String reason = "";
  }

  @Name("dev.spiffe4j.ConnectionClosed")
  @Label("TLS connection closed by review")
  @Category({"SPIFFE", "TLS"})
  @StackTrace(false)
  static final class ConnectionClosed extends Event {
    @Label("SPIFFE ID")
    String spiffeId = "";

    @Label("Why it may not go on")
    String reason = "";
  }
}
