package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.jose.JsonReader;
import dev.spiffe4j.jwt.jose.JsonWriter;
import dev.spiffe4j.jwt.jose.Jwks;
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

/**
 * JWT bundles as plain JWK Sets (RFC 7517 §5), the form of the Workload API.
 *
 * <p>The document must be right as a whole, but an entry that is not a usable JWT-SVID key is left
 * out by itself: it is not trusted, and it does not keep a new bundle from replacing the old. Left
 * out are entries of another {@code use}, without {@code kid}, private or symmetric ones, those of
 * unknown types and curves, and broken ones. Of entries that share a {@code kid}, equal keys count
 * once and different keys not at all, since a token could not say which one it means.
 */
public final class JwtBundles {
  private static final Logger LOGGER = System.getLogger(JwtBundles.class.getName());

  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_KEYS = 1000;
  private static final String USE = "jwt-svid";

  private JwtBundles() {}

  /**
   * Parses a JWK Set.
   *
   * @param trustDomain whose bundle it is; the document does not say
   * @param jwks the document, at most 1 MiB and 1000 entries
   * @return the bundle, empty if the document has no usable key
   * @throws InvalidDocumentException if it is not a JWK Set
   */
  public static JwtBundle parse(TrustDomain trustDomain, byte[] jwks) {
    requireNonNull(trustDomain, "trustDomain");
    List<?> entries = entries(jwks);
    Map<String, PublicKey> authorities = new LinkedHashMap<>();
    Set<String> ambiguous = new LinkedHashSet<>();
    int skipped = 0;
    for (Object entry : entries) {
      try {
        Map<?, ?> jwk = entry(entry);
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
            "JWT bundle of {0}: an entry is skipped: {1}",
            trustDomain,
            e.getMessage());
      }
    }
    authorities.keySet().removeAll(ambiguous);
    warn(trustDomain, skipped, ambiguous.size());
    return JwtBundle.of(trustDomain, authorities);
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

  private static Map<?, ?> entry(@Nullable Object entry) {
    if (!(entry instanceof Map<?, ?> jwk)) {
      throw new InvalidDocumentException(Reason.MALFORMED, "not an object");
    }
    // The Workload API's servers leave use out; a key of another use is not for tokens.
    if (jwk.containsKey("use") && !USE.equals(jwk.get("use"))) {
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

  private static void warn(TrustDomain trustDomain, int skipped, int ambiguous) {
    if (skipped + ambiguous > 0) {
      LOGGER.log(
          Level.WARNING,
          "JWT bundle of {0}: {1} entries are not usable, and {2} key IDs have several keys",
          trustDomain,
          skipped,
          ambiguous);
    }
  }

  /**
   * Writes a JWK Set, without {@code use}, as the Workload API has it. Equal bundles give equal
   * bytes.
   *
   * @param bundle the bundle
   * @return the document, entries ordered by key ID
   * @throws InvalidDocumentException if a key is of a kind or size that JWT-SVIDs do not have
   */
  public static byte[] toJson(JwtBundle bundle) {
    List<Map<String, String>> entries = new ArrayList<>();
    new TreeMap<>(bundle.authorities())
        .forEach((keyId, key) -> entries.add(Jwks.write(keyId, key)));
    return JsonWriter.write(Map.of("keys", entries));
  }
}
