package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.BundleSource;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.InvalidSpiffeIdException;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.jose.JsonWriter;
import dev.spiffe4j.jwt.jose.JwkSets;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The bundles of several trust domains as one document (SPIFFE Trust Domain and Bundle §5). A newer
 * map replaces an older one as a whole: a trust domain that is no longer in it is not trusted any
 * more. Each bundle is for its own trust domain only. Refresh hints have no meaning in a map, and
 * are left out. Immutable and thread-safe.
 */
public final class BundleMap implements BundleSource {
  private static final String TRUST_DOMAINS = "trust_domains";
  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final int MAX_TRUST_DOMAINS = 1000;

  private final SortedMap<TrustDomain, SpiffeBundle> bundles;

  private BundleMap(SortedMap<TrustDomain, SpiffeBundle> bundles) {
    this.bundles = Collections.unmodifiableSortedMap(bundles);
  }

  /**
   * Makes a map.
   *
   * @param bundles the bundles, at most one for each trust domain; their refresh hints are left out
   * @return the map
   * @throws IllegalArgumentException if two bundles are of one trust domain
   */
  public static BundleMap of(Collection<SpiffeBundle> bundles) {
    SortedMap<TrustDomain, SpiffeBundle> map = new TreeMap<>();
    for (SpiffeBundle bundle : bundles) {
      if (map.put(bundle.trustDomain(), bundle.withoutRefreshHint()) != null) {
        throw new IllegalArgumentException("two bundles of trust domain " + bundle.trustDomain());
      }
    }
    return new BundleMap(map);
  }

  /**
   * Parses a map. Each bundle is read as by {@link SpiffeBundles}; one that is not a bundle makes
   * the whole document none. Ignored entries are logged.
   *
   * @param json the document, at most 16 MiB and 1000 trust domains
   * @return the map
   * @throws InvalidDocumentException if it is not a map of bundles, with {@link
   *     Reason#BAD_SPIFFE_ID} if a name in it is not that of a trust domain
   */
  public static BundleMap parse(byte[] json) {
    IgnoredKeyLog log = new IgnoredKeyLog();
    BundleMap map = parse(json, log);
    log.warn("map of bundles");
    return map;
  }

  /**
   * Parses a map and tells which entries of its bundles are ignored, and why.
   *
   * @param json the document, at most 16 MiB and 1000 trust domains
   * @param ignored is told each ignored entry
   * @return the map
   * @throws InvalidDocumentException if it is not a map of bundles, with {@link
   *     Reason#BAD_SPIFFE_ID} if a name in it is not that of a trust domain
   */
  public static BundleMap parse(byte[] json, Consumer<? super IgnoredKey> ignored) {
    requireNonNull(ignored, "ignored");
    // The reader refuses a name that is there twice, in whatever spelling (§6.3).
    if (!(JwkSets.document(json, MAX_BYTES).get(TRUST_DOMAINS) instanceof Map<?, ?> documents)) {
      throw new InvalidDocumentException(Reason.MALFORMED, "no object " + TRUST_DOMAINS);
    }
    if (documents.size() > MAX_TRUST_DOMAINS) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE,
          documents.size() + " trust domains (expected: <= " + MAX_TRUST_DOMAINS + ")");
    }
    SortedMap<TrustDomain, SpiffeBundle> bundles = new TreeMap<>();
    documents.forEach(
        (name, document) -> {
          TrustDomain trustDomain = trustDomain(String.valueOf(name));
          if (!(document instanceof Map<?, ?> members)) {
            throw new InvalidDocumentException(Reason.MALFORMED, "a bundle that is not an object");
          }
          bundles.put(trustDomain, BundleDocument.read(trustDomain, members, ignored));
        });
    return new BundleMap(bundles);
  }

  private static TrustDomain trustDomain(String name) {
    try {
      return TrustDomain.parse(name);
    } catch (InvalidSpiffeIdException e) {
      throw new InvalidDocumentException(
          Reason.BAD_SPIFFE_ID, "a bundle under a name of no trust domain", e);
    }
  }

  /**
   * The bundles.
   *
   * @return the bundles by trust domain, in order, unmodifiable
   */
  public SortedMap<TrustDomain, SpiffeBundle> bundles() {
    return bundles;
  }

  @Override
  public Optional<SpiffeBundle> bundle(TrustDomain trustDomain) {
    return Optional.ofNullable(bundles.get(trustDomain));
  }

  /**
   * Certificates that several trust domains have as authority. Each should serve one only, as
   * whoever has its key can speak for all of them; verification keeps them apart by their SPIFFE ID
   * even so.
   *
   * @return the certificates, none as it should be
   */
  public Set<X509Certificate> sharedAuthorities() {
    Set<X509Certificate> seen = new HashSet<>();
    Set<X509Certificate> shared = new LinkedHashSet<>();
    for (SpiffeBundle bundle : bundles.values()) {
      for (X509Certificate authority : bundle.x509Bundle().authorities()) {
        if (!seen.add(authority)) {
          shared.add(authority);
        }
      }
    }
    return Collections.unmodifiableSet(shared);
  }

  /**
   * Writes the map. Equal maps give equal bytes.
   *
   * @return the document, trust domains in order
   * @throws InvalidDocumentException if an authority is no CA certificate, or of a kind or size of
   *     key that has no place in a bundle
   */
  public byte[] toJson() {
    return toJson(BundleWriter::write);
  }

  /**
   * Writes the map in the form that gRPC reads as its SPIFFE trust map, such as that of xDS: with
   * nothing but X.509 authorities, whose keys are RSA or EC. gRPC takes no map at all if there is
   * anything else in it.
   *
   * @return the document, trust domains in order
   * @throws InvalidDocumentException if the map is empty, or an authority is no CA certificate or
   *     has a key of another kind
   */
  public byte[] toGrpcJson() {
    if (bundles.isEmpty()) {
      throw new InvalidDocumentException(Reason.EMPTY, "gRPC takes no map without trust domains");
    }
    return toJson(BundleWriter::writeForGrpc);
  }

  private byte[] toJson(Function<SpiffeBundle, Map<String, Object>> writer) {
    Map<String, Object> documents = new LinkedHashMap<>();
    bundles.forEach(
        (trustDomain, bundle) -> documents.put(trustDomain.name(), writer.apply(bundle)));
    return JsonWriter.write(Map.of(TRUST_DOMAINS, documents));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BundleMap that && bundles.equals(that.bundles);
  }

  @Override
  public int hashCode() {
    return bundles.hashCode();
  }

  @Override
  public String toString() {
    return "BundleMap" + bundles.keySet();
  }
}
