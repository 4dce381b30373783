package dev.spiffe4j.attest.agent;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.TrustBundle;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bundles that the agent serves. A new one replaces it; it never changes. */
record BundleMirror(HeldBundle own, Map<TrustDomain, HeldBundle> foreign) {
  BundleMirror {
    foreign = Map.copyOf(foreign);
  }

  static BundleMirror empty(TrustDomain trustDomain) {
    return new BundleMirror(new HeldBundle(TrustBundle.empty(trustDomain)), Map.of());
  }

  /** This one if the bundles hold the same authorities, else a new one. */
  BundleMirror replacedBy(TrustBundle latestOwn, Collection<TrustBundle> latestForeign) {
    HeldBundle newOwn = own.replacedBy(latestOwn);
    Map<TrustDomain, HeldBundle> newForeign = new LinkedHashMap<>();
    for (TrustBundle latest : latestForeign) {
      @Nullable HeldBundle old = foreign.get(latest.trustDomain());
      newForeign.put(
          latest.trustDomain(), old == null ? new HeldBundle(latest) : old.replacedBy(latest));
    }
    return isOf(newOwn, newForeign) ? this : new BundleMirror(newOwn, newForeign);
  }

  @SuppressWarnings("ReferenceEquality") // a bundle that did not change is the same instance
  private boolean isOf(HeldBundle newOwn, Map<TrustDomain, HeldBundle> newForeign) {
    return own == newOwn && foreign.equals(newForeign);
  }
}
