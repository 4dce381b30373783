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

  /** A key as its bundle has it, and the same in the form that is the fastest to verify with. */
  record Kept(PublicKey key, PublicKey fast) {}

  private record Generation(Map<String, PublicKey> authorities, Map<String, Kept> kept) {}

  SignatureProvider signatures() {
    return signatures;
  }

  /** The key of an ID. */
  Optional<Kept> find(TrustDomain trustDomain, Map<String, PublicKey> authorities, String keyId) {
    PublicKey key = authorities.get(keyId);
    return key == null
        ? Optional.empty()
        : Optional.of(
            generation(trustDomain, authorities).kept().computeIfAbsent(keyId, id -> keep(key)));
  }

  private Kept keep(PublicKey key) {
    JwtSignatures.requireOnCurve(key);
    return new Kept(key, signatures.keep(key));
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
