package dev.spiffe4j;

import java.util.Optional;

/**
 * A live source of an {@link X509Context}: SVIDs and bundles of one moment.
 *
 * <p>A source returns the same instance until something changed, so that what is derived from a
 * context can be kept as long as the instance is the same. Implementations are thread-safe and
 * never block.
 */
public interface X509ContextSource extends X509SvidSource, X509BundleSource {
  /**
   * The SVIDs and bundles of now.
   *
   * @return the context
   * @throws SpiffeException if there is none to use
   */
  X509Context x509Context();

  @Override
  default X509Svid x509Svid() {
    return x509Context().x509Svid();
  }

  @Override
  default Optional<X509Bundle> x509Bundle(TrustDomain trustDomain) {
    return x509Context().x509Bundle(trustDomain);
  }
}
