package dev.spiffe4j.jwt;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.jwt.jose.JwkSets;
import dev.spiffe4j.jwt.jose.TokenKeys;
import dev.spiffe4j.jwt.jose.X509Jwk;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reading of one SPIFFE bundle (SPIFFE Trust Domain and Bundle §4) from its JSON. */
final class BundleDocument {
  static final String X509_SVID = "x509-svid";
  static final String JWT_SVID = "jwt-svid";
  static final String WIT_SVID = "wit-svid";
  static final String SEQUENCE = "spiffe_sequence";
  static final String REFRESH_HINT = "spiffe_refresh_hint";

  private final TrustDomain trustDomain;
  private final List<X509Certificate> x509 = new ArrayList<>();
  private final TokenKeys jwt = new TokenKeys();
  private final TokenKeys wit = new TokenKeys();
  private final SortedMap<Integer, InvalidDocumentException> ignored = new TreeMap<>();

  private BundleDocument(TrustDomain trustDomain) {
    this.trustDomain = trustDomain;
  }

  /** Reads everything but the refresh hint, which has no meaning in a map of bundles. */
  static SpiffeBundle read(
      TrustDomain trustDomain, Map<?, ?> document, Consumer<? super IgnoredKey> listener) {
    BundleDocument reader = new BundleDocument(trustDomain);
    SpiffeBundle bundle = reader.read(document);
    reader.ignored.forEach(
        (index, e) ->
            listener.accept(
                new IgnoredKey(trustDomain, index, e.reason(), String.valueOf(e.getMessage()))));
    return bundle;
  }

  private SpiffeBundle read(Map<?, ?> document) {
    List<?> entries = JwkSets.entries(document);
    @Nullable Long sequence = integer(document, SEQUENCE);
    if (sequence != null && sequence < 0) {
      throw new InvalidDocumentException(Reason.MALFORMED, SEQUENCE + " is negative");
    }
    for (int i = 0; i < entries.size(); i++) {
      try {
        add(i, entries.get(i));
      } catch (InvalidDocumentException e) {
        ignored.put(i, e);
      }
    }
    ignored.putAll(jwt.ambiguous());
    ignored.putAll(wit.ambiguous());
    SpiffeBundle bundle =
        SpiffeBundle.of(trustDomain)
            .withX509Bundle(X509Bundle.of(trustDomain, x509))
            .withJwtBundle(JwtBundle.of(trustDomain, jwt.keys()))
            .withWitBundle(WitBundle.of(trustDomain, wit.keys()));
    return sequence == null ? bundle : bundle.withSequence(sequence);
  }

  private void add(int index, @Nullable Object entry) {
    if (!(entry instanceof Map<?, ?> jwk)) {
      throw new InvalidDocumentException(Reason.MALFORMED, "not an object");
    }
    // §4.2.2: without a use, or with another one, an entry is for nothing.
    switch (jwk.get("use") instanceof String use ? use : "") {
      case X509_SVID -> x509.add(X509Jwk.read(trustDomain, jwk));
      case JWT_SVID -> jwt.add(index, jwk);
      case WIT_SVID -> wit.add(index, jwk);
      default -> throw new InvalidDocumentException(Reason.BAD_PROFILE, "of no use that is known");
    }
  }

  /** The refresh hint of a document that has one; zero and less are none. */
  static SpiffeBundle withRefreshHint(SpiffeBundle bundle, Map<?, ?> document) {
    @Nullable Long hint = integer(document, REFRESH_HINT);
    return hint == null || hint <= 0 ? bundle : bundle.withRefreshHint(Duration.ofSeconds(hint));
  }

  private static @Nullable Long integer(Map<?, ?> document, String name) {
    if (!document.containsKey(name)) {
      return null;
    }
    // The reader makes other numbers of fractions, and of what does not fit.
    if (document.get(name) instanceof Long number) {
      return number;
    }
    throw new InvalidDocumentException(
        Reason.MALFORMED, name + " is not an integer, or has more than 64 bits");
  }
}
