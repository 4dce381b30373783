package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.jose.JsonWriter;
import dev.spiffe4j.jwt.jose.JwkSets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * SPIFFE bundles as JSON (SPIFFE Trust Domain and Bundle §4), the form of bundle endpoints.
 *
 * <p>The document must be right as a whole: valid JSON without a name twice, {@code keys} an array,
 * {@code spiffe_sequence} and {@code spiffe_refresh_hint} integers of 64 bits where they are there,
 * the sequence not negative. A hint of zero or less counts as none.
 *
 * <p>An entry that is not a usable authority is ignored by itself: it is not trusted, and it does
 * not keep a new bundle from replacing the old. Ignored are entries without {@code use} or with an
 * unknown one, of unknown {@code kty} or curve, private and symmetric keys, and broken ones; of
 * {@code x509-svid}, those without {@code x5c}, of certificates that may not sign certificates, and
 * whose key is not the certificate's; of {@code jwt-svid} and {@code wit-svid}, those without
 * {@code kid} and those that share it with another key. Of several certificates in {@code x5c} only
 * the first counts. Members that are not known are ignored.
 *
 * <p>A document without a usable entry is a bundle too, and revokes everything.
 */
public final class SpiffeBundles {
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private SpiffeBundles() {}

  /**
   * Parses a bundle. Ignored entries are logged.
   *
   * @param trustDomain whose bundle it is; the document does not say
   * @param json the document, at most 4 MiB and 1000 entries
   * @return the bundle
   * @throws InvalidDocumentException if it is not a bundle
   */
  public static SpiffeBundle parse(TrustDomain trustDomain, byte[] json) {
    IgnoredKeyLog log = new IgnoredKeyLog();
    SpiffeBundle bundle = parse(trustDomain, json, log);
    log.warn("bundle of " + trustDomain);
    return bundle;
  }

  /**
   * Parses a bundle and tells which of its entries are ignored, and why.
   *
   * @param trustDomain whose bundle it is; the document does not say
   * @param json the document, at most 4 MiB and 1000 entries
   * @param ignored is told each ignored entry, in order
   * @return the bundle
   * @throws InvalidDocumentException if it is not a bundle
   */
  public static SpiffeBundle parse(
      TrustDomain trustDomain, byte[] json, Consumer<? super IgnoredKey> ignored) {
    requireNonNull(trustDomain, "trustDomain");
    requireNonNull(ignored, "ignored");
    Map<String, ?> document = JwkSets.document(json, MAX_BYTES);
    return BundleDocument.withRefreshHint(
        BundleDocument.read(trustDomain, document, ignored), document);
  }

  /**
   * Writes a bundle. Equal bundles give equal bytes.
   *
   * @param bundle the bundle
   * @return the document: X.509 authorities ordered by certificate, then those of tokens by key ID
   * @throws InvalidDocumentException if an authority is no CA certificate, or of a kind or size of
   *     key that has no place in a bundle
   */
  public static byte[] toJson(SpiffeBundle bundle) {
    Map<String, Object> document = BundleWriter.write(bundle);
    bundle
        .refreshHint()
        .ifPresent(hint -> document.put(BundleDocument.REFRESH_HINT, hint.toSeconds()));
    return JsonWriter.write(document);
  }
}
