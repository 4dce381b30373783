package dev.spiffe4j.attest.agent;

import dev.spiffe4j.TrustDomain;

/** Everything that the agent serves by, of one moment. A new one replaces it; it never changes. */
record Snapshot(EntryMirror entries, BundleMirror bundles, SvidCache svids) {
  static Snapshot empty(TrustDomain trustDomain) {
    return new Snapshot(EntryMirror.empty(), BundleMirror.empty(trustDomain), SvidCache.empty());
  }

  Snapshot withEntries(EntryMirror latest) {
    return new Snapshot(latest, bundles, svids);
  }

  /** With other bundles, and so with another judgement of the SVIDs. */
  @SuppressWarnings("ReferenceEquality") // a bundle that did not change is the same instance
  Snapshot withBundles(BundleMirror latest) {
    SvidCache judged = latest.own() == bundles.own() ? svids : svids.judgedBy(latest.own());
    return new Snapshot(entries, latest, judged);
  }

  Snapshot withSvids(SvidCache latest) {
    return new Snapshot(entries, bundles, latest);
  }

  /** Whether another one serves the very same. */
  @SuppressWarnings("ReferenceEquality") // a part that did not change is the same instance
  boolean isSameAs(Snapshot other) {
    return entries == other.entries && bundles == other.bundles && svids == other.svids;
  }
}
