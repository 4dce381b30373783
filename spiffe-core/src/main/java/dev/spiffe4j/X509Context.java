package dev.spiffe4j;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * SVIDs and the bundles that verify peers, of one moment. Immutable and thread-safe; compared by
 * identity, because a context is a snapshot and not a value.
 */
public final class X509Context implements X509SvidSource, X509BundleSource {
  private final List<X509Svid> svids;
  private final Map<TrustDomain, X509Bundle> bundles;

  private X509Context(List<X509Svid> svids, Map<TrustDomain, X509Bundle> bundles) {
    this.svids = svids;
    this.bundles = bundles;
  }

  /**
   * Makes a context.
   *
   * @param svids the SVIDs, the default one first; none for a party that only verifies
   * @param bundles the bundles, at most one for each trust domain
   * @return the context
   * @throws IllegalArgumentException if two bundles are of one trust domain
   */
  public static X509Context of(List<X509Svid> svids, Collection<X509Bundle> bundles) {
    Map<TrustDomain, X509Bundle> byTrustDomain = new TreeMap<>();
    for (X509Bundle bundle : bundles) {
      if (byTrustDomain.put(bundle.trustDomain(), bundle) != null) {
        throw new IllegalArgumentException("two bundles of trust domain " + bundle.trustDomain());
      }
    }
    return new X509Context(List.copyOf(svids), Map.copyOf(byTrustDomain));
  }

  /**
   * All SVIDs.
   *
   * @return the SVIDs, the default one first
   */
  public List<X509Svid> svids() {
    return svids;
  }

  /**
   * All bundles.
   *
   * @return the bundles by trust domain
   */
  public Map<TrustDomain, X509Bundle> bundles() {
    return bundles;
  }

  /**
   * The default SVID, the first one.
   *
   * @throws SvidVerificationException if there is none, with {@link
   *     SvidVerificationException.Reason#NO_SVID}
   */
  @Override
  public X509Svid x509Svid() {
    if (svids.isEmpty()) {
      throw new SvidVerificationException(
          SvidVerificationException.Reason.NO_SVID, "there is no X.509-SVID to present");
    }
    return svids.get(0);
  }

  @Override
  public Optional<X509Bundle> x509Bundle(TrustDomain trustDomain) {
    return Optional.ofNullable(bundles.get(trustDomain));
  }

  @Override
  public String toString() {
    return "X509Context[svids=" + svids + ", bundles=" + bundles.values() + "]";
  }
}
