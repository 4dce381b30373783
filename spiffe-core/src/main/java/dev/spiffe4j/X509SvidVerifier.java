package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

/**
 * Verifies X.509-SVIDs of peers (X509-SVID §5): the chain must lead to an authority of the bundle
 * of the trust domain that the leaf itself names, and to no other. Immutable and thread-safe.
 */
public final class X509SvidVerifier {
  private final X509BundleSource bundles;
  private final InstantSource clock;

  private X509SvidVerifier(X509BundleSource bundles, InstantSource clock) {
    this.bundles = bundles;
    this.clock = clock;
  }

  /**
   * Makes a verifier that goes by the system's clock.
   *
   * @param bundles where the bundles of the peers' trust domains come from
   * @return the verifier
   */
  public static X509SvidVerifier of(X509BundleSource bundles) {
    return of(bundles, InstantSource.system());
  }

  /**
   * Makes a verifier.
   *
   * @param bundles where the bundles of the peers' trust domains come from
   * @param clock what tells the time
   * @return the verifier
   */
  public static X509SvidVerifier of(X509BundleSource bundles, InstantSource clock) {
    return new X509SvidVerifier(requireNonNull(bundles, "bundles"), requireNonNull(clock, "clock"));
  }

  /**
   * Verifies what a peer presented.
   *
   * @param presented the certificates, leaf first; the order of the others does not matter
   * @return who the peer is
   * @throws SvidVerificationException if it proves no identity
   */
  public VerifiedPeer verify(List<X509Certificate> presented) {
    // Limits come first: nothing below is done for an oversized chain.
    checkLimits(presented);

    // §5.2: what a leaf must be, whoever signed it.
    X509Certificate leaf = presented.get(0);
    SpiffeId id = X509Profile.checkLeaf(leaf);

    // §5.1: only the bundle of the leaf's own trust domain counts.
    X509Bundle bundle =
        bundles
            .x509Bundle(id.trustDomain())
            .orElseThrow(
                () ->
                    new SvidVerificationException(
                        Reason.NO_BUNDLE, id, "no bundle of trust domain " + id.trustDomain()));

    // §5.1: path validation as of RFC 5280.
    X509Path path = new X509PathBuilder(presented, bundle, clock.instant()).build();
    return new VerifiedPeer(id, path.chain(), path.authority());
  }

  private static void checkLimits(List<X509Certificate> presented) {
    if (presented.isEmpty()) {
      throw new SvidVerificationException(Reason.NO_SVID, "no certificate was presented");
    }
    if (presented.size() > X509Svid.MAX_CHAIN) {
      throw new SvidVerificationException(
          Reason.TOO_LARGE,
          "chain of " + presented.size() + " (expected: <= " + X509Svid.MAX_CHAIN + ")");
    }
    for (X509Certificate certificate : presented) {
      if (Certificates.encode(certificate).length > Certificates.MAX_CERTIFICATE_BYTES) {
        throw new SvidVerificationException(
            Reason.TOO_LARGE,
            "certificate of more than " + Certificates.MAX_CERTIFICATE_BYTES + " bytes");
      }
    }
  }
}
