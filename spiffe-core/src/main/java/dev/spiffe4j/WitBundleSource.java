package dev.spiffe4j;

import java.util.Optional;

/**
 * Incubating, as the standard is: where WIT bundles come from. Implementations are thread-safe and
 * never block.
 */
@FunctionalInterface
public interface WitBundleSource {
  /**
   * The bundle of one trust domain.
   *
   * @param trustDomain whose bundle
   * @return the bundle, or nothing if that trust domain is not known or has no WIT-SVIDs, and so is
   *     not trusted
   */
  Optional<WitBundle> witBundle(TrustDomain trustDomain);
}
