package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.TrustDomain;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of bundles in the form of who checks signatures with them, each brought into it once for
 * as long as its bundle is the newest one. Thread-safe.
 */
public final class AuthorityKeys {
  private final SignatureProvider signatures;
  private final Map<TrustDomain, Generation> generations = new ConcurrentHashMap<>();

  public AuthorityKeys(SignatureProvider signatures) {
    this.signatures = signatures;
  }

  private record Generation(
      Map<String, PublicKey> authorities, Map<String, VerificationKey> kept) {}

  SignatureProvider signatures() {
    return signatures;
  }

  /** The key of an ID. */
  Optional<VerificationKey> find(
      TrustDomain trustDomain, Map<String, PublicKey> authorities, String keyId) {
    PublicKey key = authorities.get(keyId);
    return key == null
        ? Optional.empty()
        : Optional.of(
            generation(trustDomain, authorities)
                .kept()
                .computeIfAbsent(keyId, id -> VerificationKey.of(key, signatures)));
  }

  /** Forgets the keys of a trust domain that has no bundle any more. */
  void forget(TrustDomain trustDomain) {
    generations.remove(trustDomain);
  }

  private Generation generation(TrustDomain trustDomain, Map<String, PublicKey> authorities) {
    Generation known = generations.get(trustDomain);
    if (known != null && known.authorities().equals(authorities)) {
      return known;
    }
    Generation fresh = new Generation(authorities, new ConcurrentHashMap<>());
    generations.put(trustDomain, fresh);
    return fresh;
  }
}
