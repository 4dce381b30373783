package dev.spiffe4j.tls;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509SvidVerifier;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** First who the peer is, by the bundles of now, and then whether it may go on. */
record PeerVerifier(X509SvidVerifier verifier, Authorizer authorizer, TlsTrace trace) {

  VerifiedPeer verify(Certificate @Nullable [] presented) {
    VerifiedPeer peer;
    try {
      peer = judge(x509(presented));
    } catch (RuntimeException e) {
      trace.refused(e);
      throw e;
    }
    trace.accepted(peer);
    return peer;
  }

  /** The same, and tells nobody. */
  VerifiedPeer judge(List<X509Certificate> presented) {
    return authorized(verifier.verify(presented));
  }

  VerifiedPeer authorized(VerifiedPeer peer) {
    if (!authorizer.authorizes(peer)) {
      throw new SvidVerificationException(
          Reason.NOT_AUTHORIZED, peer.spiffeId(), "not authorized: " + peer.spiffeId());
    }
    return peer;
  }

  static List<X509Certificate> x509(Certificate @Nullable [] presented) {
    if (presented == null || presented.length == 0) {
      throw new SvidVerificationException(Reason.NO_SVID, "the peer presented no certificate");
    }
    List<X509Certificate> chain = new ArrayList<>(presented.length);
    for (Certificate certificate : presented) {
      if (!(certificate instanceof X509Certificate x509)) {
        throw new SvidVerificationException(Reason.MALFORMED, "not an X.509 certificate");
      }
      chain.add(x509);
    }
    return List.copyOf(chain);
  }
}
