package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys for one kind of token, as they are read from a JWK Set. Of entries that share a key ID,
 * equal keys count once and different keys not at all, since a token could not say which one it
 * means. Not thread-safe.
 */
public final class TokenKeys {
  /** The entries of each ID, by their place in the set. */
  private final Map<String, SortedMap<Integer, PublicKey>> entries = new LinkedHashMap<>();

  /** Reads one entry, whatever its use, or throws for one that is no usable key. */
  public void add(int index, Map<?, ?> jwk) {
    if (!(jwk.get("kid") instanceof String keyId) || keyId.isEmpty()) {
      throw new InvalidDocumentException(Reason.BAD_PROFILE, "without kid");
    }
    PublicKey key = Jwks.read(jwk);
    entries.computeIfAbsent(keyId, id -> new TreeMap<>()).put(index, key);
  }

  /** The keys by ID, without those that share theirs. */
  public Map<String, PublicKey> keys() {
    Map<String, PublicKey> keys = new LinkedHashMap<>();
    entries.forEach(
        (keyId, same) -> {
          if (!isAmbiguous(same)) {
            keys.put(keyId, same.get(same.firstKey()));
          }
        });
    return keys;
  }

  /** The entries that share their ID with another key, by their place in the set. */
  public SortedMap<Integer, InvalidDocumentException> ambiguous() {
    SortedMap<Integer, InvalidDocumentException> ambiguous = new TreeMap<>();
    for (SortedMap<Integer, PublicKey> same : entries.values()) {
      if (isAmbiguous(same)) {
        same.keySet()
            .forEach(
                index ->
                    ambiguous.put(
                        index,
                        new InvalidDocumentException(
                            Reason.BAD_PROFILE, "one of several keys of one kid")));
      }
    }
    return ambiguous;
  }

  private static boolean isAmbiguous(SortedMap<Integer, PublicKey> same) {
    return same.size() > 1 && same.values().stream().distinct().count() > 1;
  }
}
