package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.x500.X500Principal;

/**
 * The authorities of one bundle, checked and indexed once, and what was proven under them. It lives
 * as long as the bundle is the newest one, so that nothing that was proven outlives the trust.
 */
final class TrustAnchors {
  /** Only who signs for an authority can add to what is remembered; that is bounded even so. */
  private static final int MAX_LINKS = 1024;

  private final X509Bundle bundle;
  private final SignatureCheck signatures;
  private final Map<X500Principal, List<X509Issuer>> anchors = new HashMap<>();
  private final Map<X500Principal, SvidVerificationException> unusable = new HashMap<>();
  private final Map<ByteBuffer, X500Principal> names = new ConcurrentHashMap<>();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final Map<X509Certificate, X509Issuer> issuers = new ConcurrentHashMap<>();
  private final RecentPaths paths = new RecentPaths();

  TrustAnchors(X509Bundle bundle, SignatureCheck signatures) {
    this.bundle = bundle;
    this.signatures = signatures;
    bundle.authorities().forEach(this::add);
  }

  private void add(X509Certificate authority) {
    X500Principal subject = authority.getSubjectX500Principal();
    rememberName(subject);
    try {
      // RFC 5280 takes anchors as given; a dead or non-CA one must not come alive here.
      X509Issuer anchor = X509Issuer.of(authority, signatures);
      anchors.computeIfAbsent(subject, name -> new ArrayList<>()).add(anchor);
    } catch (SvidVerificationException e) {
      unusable.putIfAbsent(subject, e);
    }
  }

  X509Bundle bundle() {
    return bundle;
  }

  SignatureCheck signatures() {
    return signatures;
  }

  RecentPaths paths() {
    return paths;
  }

  /**
   * The same name, as an object that was compared before if its bytes are those of one. Names that
   * are written differently can be equal (RFC 5280 §7.1), and that is dear to find out.
   */
  X500Principal known(X500Principal name) {
    return names.getOrDefault(ByteBuffer.wrap(name.getEncoded()), name);
  }

  private void rememberName(X500Principal name) {
    names.putIfAbsent(ByteBuffer.wrap(name.getEncoded()), name);
  }

  /** The authorities of a name. */
  List<X509Issuer> named(X500Principal name) {
    return anchors.getOrDefault(name, List.of());
  }

  /** Why an authority of a name cannot be used, if there is one that cannot. */
  Optional<SvidVerificationException> failureOf(X500Principal name) {
    return Optional.ofNullable(unusable.get(name))
        .map(e -> new SvidVerificationException(e.reason(), String.valueOf(e.getMessage()), e));
  }

  SvidVerificationException untrusted() {
    return new SvidVerificationException(
        Reason.UNTRUSTED_CHAIN, "no path to an authority of trust domain " + bundle.trustDomain());
  }

  /** An issuer of a path that was valid, with its key as it is kept. */
  Optional<X509Issuer> issuer(X509Certificate certificate) {
    return Optional.ofNullable(issuers.get(certificate));
  }

  /** Remembers the issuers of a path that is valid. */
  void remember(List<X509Issuer> issuersOfPath) {
    for (X509Issuer issuer : issuersOfPath) {
      if (issuers.size() < MAX_LINKS) {
        issuers.putIfAbsent(issuer.certificate(), issuer);
        rememberName(issuer.certificate().getSubjectX500Principal());
      }
    }
  }

  /** Whether the signature between two certificates was proven before. */
  boolean isProven(X509Certificate certificate, X509Certificate issuer) {
    return links.contains(new Link(certificate, issuer));
  }

  /** Remembers the signatures between the issuers of a path; the leaf's is of one peer only. */
  void remember(X509Path path) {
    List<X509Certificate> chain = path.chain();
    for (int i = 1; i < chain.size() && links.size() < MAX_LINKS; i++) {
      X509Certificate issuer = i + 1 < chain.size() ? chain.get(i + 1) : path.authority();
      links.add(new Link(chain.get(i), issuer));
    }
    paths.add(path);
  }

  private record Link(X509Certificate certificate, X509Certificate issuer) {}
}
