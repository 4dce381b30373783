package dev.spiffe4j.attest.store;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.TrustBundle;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Keeps one bundle for each trust domain: the own one, to which every server of the trust domain
 * adds, and foreign ones. Each method is one transaction. Implementations are thread-safe.
 */
public interface BundleStore {
  /**
   * Finds a bundle.
   *
   * @param trustDomain whose
   * @return the bundle, or nothing if there is none
   */
  Optional<TrustBundle> find(TrustDomain trustDomain);

  /**
   * Lists all bundles.
   *
   * @return the bundles, in the order of their trust domains
   */
  List<TrustBundle> list();

  /**
   * Changes a bundle, or makes one.
   *
   * @param trustDomain whose
   * @param change makes the new bundle of the old one, or of an empty one, without side effects;
   *     the same one for no change
   * @return the new bundle
   */
  TrustBundle update(TrustDomain trustDomain, UnaryOperator<TrustBundle> change);

  /**
   * Deletes a bundle.
   *
   * @param trustDomain whose
   * @return whether there was one
   */
  boolean delete(TrustDomain trustDomain);
}
