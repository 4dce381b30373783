package dev.spiffe4j.jwt.wit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.jose.JwkSets;
import java.nio.charset.StandardCharsets;

/**
 * Incubating: WIT bundles as JWK Sets in text, the form of the Workload API (Workload API §7.2.2).
 *
 * <p>The document must be right as a whole, but an entry that is not a usable WIT-SVID key is left
 * out by itself: it is not trusted, and it does not keep a new bundle from replacing the old. Left
 * out are entries of another {@code use}, without {@code kid}, private or symmetric ones, those of
 * unknown types and curves, and broken ones. Of entries that share a {@code kid}, equal keys count
 * once and different keys not at all, since a token could not say which one it means.
 */
public final class WitBundles {
  private static final String USE = "wit-svid";

  private WitBundles() {}

  /**
   * Parses a JWK Set.
   *
   * @param trustDomain whose bundle it is; the document does not say
   * @param jwks the document, at most 1 MiB and 1000 entries
   * @return the bundle, empty if the document has no usable key
   * @throws InvalidDocumentException if it is not a JWK Set
   */
  public static WitBundle parse(TrustDomain trustDomain, String jwks) {
    requireNonNull(trustDomain, "trustDomain");
    byte[] utf8 = jwks.getBytes(StandardCharsets.UTF_8);
    return WitBundle.of(trustDomain, JwkSets.parse(trustDomain, USE, utf8));
  }

  /**
   * Writes a JWK Set, each entry with its {@code kid} and {@code wit-svid} as {@code use}. Equal
   * bundles give equal texts.
   *
   * @param bundle the bundle
   * @return the document, entries ordered by key ID
   * @throws InvalidDocumentException if a key is of a kind or size that WIT-SVIDs do not have
   */
  public static String toJson(WitBundle bundle) {
    return new String(JwkSets.write(bundle.authorities(), USE), StandardCharsets.UTF_8);
  }
}
