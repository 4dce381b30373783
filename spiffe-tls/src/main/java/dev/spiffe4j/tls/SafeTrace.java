package dev.spiffe4j.tls;

import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Svid;
import java.util.List;
import java.util.function.Consumer;

/** Tells some traces, of which none can break a handshake or keep the others from hearing. */
final class SafeTrace implements TlsTrace {
  private static final System.Logger LOGGER = System.getLogger(SafeTrace.class.getName());

  private final List<TlsTrace> traces;

  SafeTrace(TlsTrace... traces) {
    this.traces = List.of(traces);
  }

  @Override
  public void presented(X509Svid svid) {
    tell(trace -> trace.presented(svid));
  }

  @Override
  public void presentedNothing(RuntimeException cause) {
    tell(trace -> trace.presentedNothing(cause));
  }

  @Override
  public void accepted(VerifiedPeer peer) {
    tell(trace -> trace.accepted(peer));
  }

  @Override
  public void refused(RuntimeException cause) {
    tell(trace -> trace.refused(cause));
  }

  @Override
  public void closed(VerifiedPeer peer, RuntimeException cause) {
    tell(trace -> trace.closed(peer, cause));
  }

  private void tell(Consumer<TlsTrace> what) {
    for (TlsTrace trace : traces) {
      try {
        what.accept(trace);
      } catch (RuntimeException e) {
        LOGGER.log(System.Logger.Level.WARNING, "a TLS trace failed", e);
      }
    }
  }
}
