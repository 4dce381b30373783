package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.TrustDomain;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JWK Sets (RFC 7517 §5) with the token keys of one trust domain, all for one kind of token. */
public final class JwkSets {
  private static final Logger LOGGER = System.getLogger(JwkSets.class.getName());

  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_KEYS = 1000;

  private JwkSets() {}

  /**
   * Reads the keys of one use by ID. The document must be right as a whole; an entry that is not a
   * usable key is left out by itself, and so are different keys that share an ID.
   *
   * @throws InvalidDocumentException if it is not a JWK Set
   */
  public static Map<String, PublicKey> parse(TrustDomain trustDomain, String use, byte[] jwks) {
    List<?> entries = entries(document(jwks, MAX_BYTES));
    TokenKeys keys = new TokenKeys();
    int skipped = 0;
    for (int i = 0; i < entries.size(); i++) {
      try {
        keys.add(i, entry(entries.get(i), use));
      } catch (InvalidDocumentException e) {
        skipped++;
        LOGGER.log(
            Level.DEBUG,
            "{0} keys of {1}: an entry is skipped: {2}",
            use,
            trustDomain,
            e.getMessage());
      }
    }
    warn(trustDomain, use, skipped, keys.ambiguous().size());
    return keys.keys();
  }

  /** Reads a document, which is limited before it is read. */
  public static Map<String, @Nullable Object> document(byte[] json, int maxBytes) {
    if (json.length == 0) {
      throw new InvalidDocumentException(Reason.EMPTY, "an empty document");
    }
    if (json.length > maxBytes) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE,
          "document of " + json.length + " bytes (expected: <= " + maxBytes + ")");
    }
    return JsonReader.readObject(json);
  }

  /** The entries of a JWK Set. */
  public static List<?> entries(Map<?, ?> document) {
    // A document without keys is a mistake, and must not empty a bundle (BND-17).
    if (!(document.get("keys") instanceof List<?> entries)) {
      throw new InvalidDocumentException(Reason.MALFORMED, "JWK Set has no array of keys");
    }
    if (entries.size() > MAX_KEYS) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE,
          "JWK Set of " + entries.size() + " keys (expected: <= " + MAX_KEYS + ")");
    }
    return entries;
  }

  private static Map<?, ?> entry(@Nullable Object entry, String use) {
    if (!(entry instanceof Map<?, ?> jwk)) {
      throw new InvalidDocumentException(Reason.MALFORMED, "not an object");
    }
    // The Workload API's servers leave use out; a key of another use is not for these tokens.
    if (jwk.containsKey("use") && !use.equals(jwk.get("use"))) {
      throw new InvalidDocumentException(Reason.BAD_PROFILE, "of another use");
    }
    return jwk;
  }

  private static void warn(TrustDomain trustDomain, String use, int skipped, int ambiguous) {
    if (skipped + ambiguous > 0) {
      LOGGER.log(
          Level.WARNING,
          "{0} keys of {1}: {2} entries are not usable, and {3} share a key ID with another key",
          use,
          trustDomain,
          skipped,
          ambiguous);
    }
  }

  /**
   * Writes keys, ordered by ID, so that equal keys give equal bytes.
   *
   * @throws InvalidDocumentException if a key is of a kind or size that SVIDs do not have
   */
  public static byte[] write(Map<String, PublicKey> authorities, @Nullable String use) {
    List<Map<String, String>> entries = new ArrayList<>();
    new TreeMap<>(authorities)
        .forEach(
            (keyId, key) -> {
              Map<String, String> jwk = Jwks.write(keyId, key);
              if (use != null) {
                jwk.put("use", use);
              }
              entries.add(jwk);
            });
    return JsonWriter.write(Map.of("keys", entries));
  }
}
