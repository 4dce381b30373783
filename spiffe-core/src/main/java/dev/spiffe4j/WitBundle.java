package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import java.security.PublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Incubating, as the standard is: the public keys that sign one trust domain's WIT-SVIDs, by key ID
 * (WIT-SVID §6). An empty bundle trusts nothing, and keys of a {@link JwtBundle} never stand in for
 * these. Immutable and thread-safe.
 */
public final class WitBundle {
  private final TrustDomain trustDomain;
  private final Map<String, PublicKey> authorities;

  private WitBundle(TrustDomain trustDomain, Map<String, PublicKey> authorities) {
    this.trustDomain = trustDomain;
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
    requireNonNull(trustDomain, "trustDomain");
    Map<String, PublicKey> copy = new LinkedHashMap<>();
    authorities.forEach(
        (keyId, key) -> {
          if (keyId.isEmpty()) {
            throw new IllegalArgumentException("key ID: empty");
          }
          copy.put(keyId, requireNonNull(key, "key"));
        });
    return new WitBundle(trustDomain, Collections.unmodifiableMap(copy));
  }

  /**
   * Whose bundle this is.
   *
   * @return the trust domain
   */
  public TrustDomain trustDomain() {
    return trustDomain;
  }

  /**
   * The keys.
   *
   * @return the keys by key ID, in order, unmodifiable
   */
  public Map<String, PublicKey> authorities() {
    return authorities;
  }

  /**
   * One key.
   *
   * @param keyId its key ID
   * @return the key, or nothing if there is none of that ID
   */
  public Optional<PublicKey> authority(String keyId) {
    return Optional.ofNullable(authorities.get(keyId));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WitBundle that
        && trustDomain.equals(that.trustDomain)
        && authorities.equals(that.authorities);
  }

  @Override
  public int hashCode() {
    return 31 * trustDomain.hashCode() + authorities.hashCode();
  }

  @Override
  public String toString() {
    return "WitBundle[" + trustDomain + ", authorities=" + authorities.keySet() + "]";
  }
}
