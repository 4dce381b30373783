package dev.spiffe4j.testing;

import static java.util.Objects.requireNonNull;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A chain and a key that nobody has checked: what a hostile or broken peer would present. Immutable
 * and thread-safe; never prints its key.
 */
public final class UncheckedSvid {
  private final List<X509Certificate> chain;
  private final PrivateKey privateKey;

  UncheckedSvid(List<X509Certificate> chain, PrivateKey privateKey) {
    this.chain = List.copyOf(chain);
    this.privateKey = requireNonNull(privateKey, "privateKey");
  }

  /**
   * The certificates.
   *
   * @return the chain, leaf first
   */
  public List<X509Certificate> chain() {
    return chain;
  }

  /**
   * The leaf's key.
   *
   * @return the key
   */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /**
   * The same chain with a key that is not the leaf's, which {@link
   * dev.spiffe4j.X509Svid#of(PrivateKey, List)} refuses.
   *
   * @param privateKey any key
   * @return a new pair
   */
  public UncheckedSvid withPrivateKey(PrivateKey privateKey) {
    return new UncheckedSvid(chain, privateKey);
  }

  UncheckedSvid withChain(List<X509Certificate> other) {
    return new UncheckedSvid(other, privateKey);
  }

  /** Returns the length of the chain and nothing of the key. */
  @Override
  public String toString() {
    return "UncheckedSvid[chain of " + chain.size() + "]";
  }
}
