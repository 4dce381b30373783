package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.jose.JwkSets;

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
    return JwtBundle.of(trustDomain, JwkSets.parse(trustDomain, USE, jwks));
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
    return JwkSets.write(bundle.authorities(), null);
  }
}
