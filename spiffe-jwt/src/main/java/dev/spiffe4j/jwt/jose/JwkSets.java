package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.TrustDomain;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    List<?> entries = entries(jwks);
    Map<String, PublicKey> authorities = new LinkedHashMap<>();
    Set<String> ambiguous = new LinkedHashSet<>();
    int skipped = 0;
    for (Object entry : entries) {
      try {
        Map<?, ?> jwk = entry(entry, use);
        String keyId = keyId(jwk);
        PublicKey key = Jwks.read(jwk);
        PublicKey other = authorities.putIfAbsent(keyId, key);
        if (other != null && !other.equals(key)) {
          ambiguous.add(keyId);
        }
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
    authorities.keySet().removeAll(ambiguous);
    warn(trustDomain, use, skipped, ambiguous.size());
    return authorities;
  }

  private static List<?> entries(byte[] jwks) {
    if (jwks.length == 0) {
      throw new InvalidDocumentException(Reason.EMPTY, "an empty JWK Set");
    }
    if (jwks.length > MAX_BYTES) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE,
          "JWK Set of " + jwks.length + " bytes (expected: <= " + MAX_BYTES + ")");
    }
    // A document without keys is a mistake, and must not empty a bundle (BND-17).
    if (!(JsonReader.readObject(jwks).get("keys") instanceof List<?> entries)) {
      throw new InvalidDocumentException(Reason.MALFORMED, "JWK Set has no array of keys");
    }
    if (entries.size() > MAX_KEYS) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "JWK Set of " + entries.size() + " keys (expected: <= 1000)");
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

  private static String keyId(Map<?, ?> jwk) {
    if (jwk.get("kid") instanceof String keyId && !keyId.isEmpty()) {
      return keyId;
    }
    throw new InvalidDocumentException(Reason.BAD_PROFILE, "without kid");
  }

  private static void warn(TrustDomain trustDomain, String use, int skipped, int ambiguous) {
    if (skipped + ambiguous > 0) {
      LOGGER.log(
          Level.WARNING,
          "{0} keys of {1}: {2} entries are not usable, and {3} key IDs have several keys",
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
