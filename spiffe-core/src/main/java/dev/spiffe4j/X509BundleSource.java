package dev.spiffe4j;

import java.util.Optional;

/** Where X.509 bundles come from. Implementations are thread-safe and never block. */
@FunctionalInterface
public interface X509BundleSource {
  /**
   * The bundle of one trust domain.
   *
   * @param trustDomain whose bundle
   * @return the bundle, or nothing if that trust domain is not known, and so not trusted
   */
  Optional<X509Bundle> x509Bundle(TrustDomain trustDomain);
}
