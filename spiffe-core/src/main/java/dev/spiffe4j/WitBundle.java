package dev.spiffe4j;

import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;

/**
 * Incubating, as the standard is: the public keys that sign one trust domain's WIT-SVIDs, by key ID
 * (WIT-SVID §6). An empty bundle trusts nothing, and keys of a {@link JwtBundle} never stand in for
 * these. Immutable and thread-safe.
 */
public final class WitBundle {
  private final KeysById authorities;

  private WitBundle(KeysById authorities) {
    this.authorities = authorities;
  }

  /**
   * Makes a bundle.
   *
   * @param trustDomain whose bundle
   * @param authorities its keys by key ID, in order
   * @return the bundle
   * @throws IllegalArgumentException if a key ID is empty
   */
  public static WitBundle of(TrustDomain trustDomain, Map<String, PublicKey> authorities) {
    return new WitBundle(new KeysById(trustDomain, authorities));
  }

  /**
   * Whose bundle this is.
   *
   * @return the trust domain
   */
  public TrustDomain trustDomain() {
    return authorities.trustDomain();
  }

  /**
   * The keys.
   *
   * @return the keys by key ID, in order, unmodifiable
   */
  public Map<String, PublicKey> authorities() {
    return authorities.keys();
  }

  /**
   * One key.
   *
   * @param keyId its key ID
   * @return the key, or nothing if there is none of that ID
   */
  public Optional<PublicKey> authority(String keyId) {
    return authorities.key(keyId);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WitBundle that && authorities.equals(that.authorities);
  }

  @Override
  public int hashCode() {
    return authorities.hashCode();
  }

  @Override
  public String toString() {
    return "WitBundle" + authorities;
  }
}
