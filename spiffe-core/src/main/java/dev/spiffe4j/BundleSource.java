package dev.spiffe4j;

import java.util.Optional;

/**
 * Where whole bundles come from, and so bundles of each kind. Implementations are thread-safe and
 * never block.
 */
public interface BundleSource extends X509BundleSource, JwtBundleSource, WitBundleSource {
  /**
   * The bundle of one trust domain.
   *
   * @param trustDomain whose bundle
   * @return the bundle, or nothing if that trust domain is not known, and so not trusted
   */
  Optional<SpiffeBundle> bundle(TrustDomain trustDomain);

  @Override
  default Optional<X509Bundle> x509Bundle(TrustDomain trustDomain) {
    return bundle(trustDomain).map(SpiffeBundle::x509Bundle);
  }

  @Override
  default Optional<JwtBundle> jwtBundle(TrustDomain trustDomain) {
    return bundle(trustDomain).map(SpiffeBundle::jwtBundle);
  }

  @Override
  default Optional<WitBundle> witBundle(TrustDomain trustDomain) {
    return bundle(trustDomain).map(SpiffeBundle::witBundle);
  }
}
