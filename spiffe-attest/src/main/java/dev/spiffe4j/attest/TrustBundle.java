package dev.spiffe4j.attest;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All authorities of one trust domain as servers keep them and agents get them: with expiry and
 * with the mark of those that are tainted. Tainted authorities are still trusted; what they signed
 * is being replaced.
 *
 * @param trustDomain whose bundle
 * @param x509Authorities the X.509 authorities, in order
 * @param jwtAuthorities the JWT authorities, in order
 * @param sequenceNumber grows with each change
 * @param refreshHint how often to look for a new one; zero for no hint
 */
public record TrustBundle(
    TrustDomain trustDomain,
    List<X509Authority> x509Authorities,
    List<JwtAuthority> jwtAuthorities,
    long sequenceNumber,
    Duration refreshHint) {

  /**
   * Makes a bundle of copies.
   *
   * @param trustDomain whose bundle
   * @param x509Authorities the X.509 authorities, in order
   * @param jwtAuthorities the JWT authorities, in order
   * @param sequenceNumber grows with each change
   * @param refreshHint how often to look for a new one; zero for no hint
   */
  public TrustBundle {
    requireNonNull(trustDomain, "trustDomain");
    x509Authorities = List.copyOf(x509Authorities);
    jwtAuthorities = List.copyOf(jwtAuthorities);
    requireNonNull(refreshHint, "refreshHint");
  }

  /**
   * A bundle without authorities.
   *
   * @param trustDomain whose bundle
   * @return the bundle
   */
  public static TrustBundle empty(TrustDomain trustDomain) {
    return new TrustBundle(trustDomain, List.of(), List.of(), 0, Duration.ZERO);
  }

  /**
   * What X.509-SVIDs are verified with.
   *
   * @return all X.509 authorities
   */
  public X509Bundle x509Bundle() {
    return X509Bundle.of(
        trustDomain, x509Authorities.stream().map(X509Authority::certificate).toList());
  }

  /**
   * What JWT-SVIDs are verified with.
   *
   * @return all JWT authorities
   */
  public JwtBundle jwtBundle() {
    Map<String, PublicKey> keys = new LinkedHashMap<>();
    jwtAuthorities.forEach(authority -> keys.put(authority.keyId(), authority.publicKey()));
    return JwtBundle.of(trustDomain, keys);
  }

  /**
   * This bundle with one X.509 authority more, as the next in sequence.
   *
   * @param certificate the authority's certificate
   * @return a new bundle, or this one if it has the authority
   */
  public TrustBundle withX509Authority(X509Certificate certificate) {
    if (x509Authorities.stream().anyMatch(has -> has.certificate().equals(certificate))) {
      return this;
    }
    List<X509Authority> more = new ArrayList<>(x509Authorities);
    more.add(new X509Authority(certificate, false));
    return next(more, jwtAuthorities);
  }

  /**
   * This bundle with one JWT authority more, as the next in sequence.
   *
   * @param authority the authority
   * @return a new bundle, or this one if it has an authority of the same key ID
   */
  public TrustBundle withJwtAuthority(JwtAuthority authority) {
    if (jwtAuthorities.stream().anyMatch(has -> has.keyId().equals(authority.keyId()))) {
      return this;
    }
    List<JwtAuthority> more = new ArrayList<>(jwtAuthorities);
    more.add(authority);
    return next(x509Authorities, more);
  }

  /**
   * This bundle with one of its X.509 authorities marked as tainted, as the next in sequence.
   *
   * @param certificate the authority's certificate
   * @return a new bundle, or this one if it has no such authority, or has the mark
   */
  public TrustBundle withTaintedX509Authority(X509Certificate certificate) {
    List<X509Authority> marked =
        x509Authorities.stream()
            .map(has -> has.certificate().equals(certificate) ? has.asTainted() : has)
            .toList();
    return marked.equals(x509Authorities) ? this : next(marked, jwtAuthorities);
  }

  /**
   * This bundle with one of its JWT authorities marked as tainted, as the next in sequence.
   *
   * @param keyId the authority's key ID
   * @return a new bundle, or this one if it has no such authority, or has the mark
   */
  public TrustBundle withTaintedJwtAuthority(String keyId) {
    List<JwtAuthority> marked =
        jwtAuthorities.stream()
            .map(has -> has.keyId().equals(keyId) ? has.asTainted() : has)
            .toList();
    return marked.equals(jwtAuthorities) ? this : next(x509Authorities, marked);
  }

  /**
   * This bundle without authorities that have expired, as the next in sequence.
   *
   * @param time what has expired before this goes
   * @return a new bundle, or this one if nothing has
   */
  public TrustBundle withoutExpiredBefore(Instant time) {
    List<X509Authority> x509 =
        x509Authorities.stream()
            .filter(has -> !has.certificate().getNotAfter().toInstant().isBefore(time))
            .toList();
    List<JwtAuthority> jwt =
        jwtAuthorities.stream().filter(has -> !has.expiresAt().isBefore(time)).toList();
    boolean same = x509.size() == x509Authorities.size() && jwt.size() == jwtAuthorities.size();
    return same ? this : next(x509, jwt);
  }

  /**
   * This bundle with another refresh hint, as the next in sequence.
   *
   * @param hint how often to look for a new one; zero for no hint
   * @return a new bundle, or this one if that is its hint
   */
  public TrustBundle withRefreshHint(Duration hint) {
    return hint.equals(refreshHint)
        ? this
        : new TrustBundle(trustDomain, x509Authorities, jwtAuthorities, sequenceNumber + 1, hint);
  }

  private TrustBundle next(List<X509Authority> x509, List<JwtAuthority> jwt) {
    return new TrustBundle(trustDomain, x509, jwt, sequenceNumber + 1, refreshHint);
  }

  /**
   * A certificate that signs certificates.
   *
   * @param certificate the certificate
   * @param tainted whether what it signed is being replaced
   */
  public record X509Authority(X509Certificate certificate, boolean tainted) {
    private X509Authority asTainted() {
      return new X509Authority(certificate, true);
    }
  }

  /**
   * A key that signs JWT-SVIDs.
   *
   * @param keyId its key ID
   * @param publicKey the key
   * @param expiresAt when it stops to sign
   * @param tainted whether what it signed is being replaced
   */
  public record JwtAuthority(
      String keyId, PublicKey publicKey, Instant expiresAt, boolean tainted) {
    private JwtAuthority asTainted() {
      return new JwtAuthority(keyId, publicKey, expiresAt, true);
    }
  }
}
