package dev.spiffe4j.workloadapi;

/** What bundles are for. */
public enum BundleKind {
  /** Bundles of X.509-SVIDs. */
  X509,
  /** Bundles of JWT-SVIDs. */
  JWT,
  /** Bundles of WIT-SVIDs, which are incubating. */
  WIT
}
