package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import java.security.PublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The keys of one trust domain for one kind of token, by key ID. Immutable and thread-safe. */
record KeysById(TrustDomain trustDomain, Map<String, PublicKey> keys) {
  KeysById {
    requireNonNull(trustDomain, "trustDomain");
    Map<String, PublicKey> copy = new LinkedHashMap<>();
    keys.forEach(
        (keyId, key) -> {
          if (keyId.isEmpty()) {
            throw new IllegalArgumentException("key ID: empty");
          }
          copy.put(keyId, requireNonNull(key, "key"));
        });
    keys = Collections.unmodifiableMap(copy);
  }

  Optional<PublicKey> key(String keyId) {
    return Optional.ofNullable(keys.get(keyId));
  }

  /** Returns the trust domain and the key IDs, and nothing of the keys. */
  @Override
  public String toString() {
    return "[" + trustDomain + ", authorities=" + keys.keySet() + "]";
  }
}
