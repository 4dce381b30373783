package dev.spiffe4j;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A peer whose X.509-SVID was verified against the bundle of its own trust domain. Only {@link
 * X509SvidVerifier} makes one. Immutable and thread-safe.
 */
public final class VerifiedPeer {
  private final SpiffeId spiffeId;
  private final List<X509Certificate> chain;
  private final X509Certificate authority;

  VerifiedPeer(SpiffeId spiffeId, List<X509Certificate> chain, X509Certificate authority) {
    this.spiffeId = spiffeId;
    this.chain = chain;
    this.authority = authority;
  }

  /**
   * Who the peer is.
   *
   * @return its SPIFFE ID
   */
  public SpiffeId spiffeId() {
    return spiffeId;
  }

  /**
   * The verified path, without the authority it ends in.
   *
   * @return the certificates, leaf first
   */
  public List<X509Certificate> chain() {
    return chain;
  }

  /**
   * The authority of the bundle in which the path ends.
   *
   * @return a certificate of the bundle of the peer's trust domain
   */
  public X509Certificate authority() {
    return authority;
  }

  /**
   * When the first certificate of the path, or its authority, ends to be valid.
   *
   * @return from when on this proof means nothing
   */
  public Instant expiresAt() {
    Instant earliest = authority.getNotAfter().toInstant();
    for (X509Certificate certificate : chain) {
      Instant end = certificate.getNotAfter().toInstant();
      earliest = end.isBefore(earliest) ? end : earliest;
    }
    return earliest;
  }

  /** Returns the SPIFFE ID and nothing else. */
  @Override
  public String toString() {
    return "VerifiedPeer[" + spiffeId + "]";
  }
}
