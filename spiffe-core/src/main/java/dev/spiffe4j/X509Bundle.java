package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The certificates that one trust domain's X.509-SVIDs may chain to (SPIFFE Trust Domain and Bundle
 * §4). An empty bundle trusts nothing. Immutable and thread-safe.
 */
public final class X509Bundle {
  private static final int MAX_AUTHORITIES = 1000;

  private final TrustDomain trustDomain;
  private final Set<X509Certificate> authorities;

  private X509Bundle(TrustDomain trustDomain, Set<X509Certificate> authorities) {
    this.trustDomain = trustDomain;
    this.authorities = authorities;
  }

  /**
   * Makes a bundle.
   *
   * @param trustDomain whose bundle
   * @param authorities its authorities, in order; repeated ones count once
   * @return the bundle
   */
  public static X509Bundle of(TrustDomain trustDomain, Collection<X509Certificate> authorities) {
    requireNonNull(trustDomain, "trustDomain");
    Set<X509Certificate> copy = new LinkedHashSet<>();
    authorities.forEach(authority -> copy.add(requireNonNull(authority, "authority")));
    return new X509Bundle(trustDomain, Collections.unmodifiableSet(copy));
  }

  /**
   * Parses concatenated DER certificates, the form of the Workload API.
   *
   * @param trustDomain whose bundle
   * @param der the certificates; none for an empty bundle
   * @return the bundle
   * @throws InvalidDocumentException if the bytes are anything else
   */
  public static X509Bundle parse(TrustDomain trustDomain, byte[] der) {
    return of(trustDomain, Certificates.parseDer(der, MAX_AUTHORITIES));
  }

  /**
   * Whose bundle this is.
   *
   * @return the trust domain
   */
  public TrustDomain trustDomain() {
    return trustDomain;
  }

  /**
   * The authorities.
   *
   * @return the certificates, in order, unmodifiable
   */
  public Set<X509Certificate> authorities() {
    return authorities;
  }

  /**
   * A bundle with one authority more.
   *
   * @param authority the authority to add
   * @return a new bundle, or this one if it has the authority
   */
  public X509Bundle withAuthority(X509Certificate authority) {
    requireNonNull(authority, "authority");
    if (authorities.contains(authority)) {
      return this;
    }
    List<X509Certificate> more = new ArrayList<>(authorities);
    more.add(authority);
    return of(trustDomain, more);
  }

  /**
   * A bundle without one authority.
   *
   * @param authority the authority to leave out
   * @return a new bundle, or this one if it does not have the authority
   */
  public X509Bundle withoutAuthority(X509Certificate authority) {
    if (!authorities.contains(authority)) {
      return this;
    }
    List<X509Certificate> fewer = new ArrayList<>(authorities);
    fewer.remove(authority);
    return of(trustDomain, fewer);
  }

  /**
   * The certificates as {@link #parse} reads them.
   *
   * @return concatenated DER, a new array
   */
  public byte[] encoded() {
    return Certificates.encode(authorities);
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    return other instanceof X509Bundle that
        && trustDomain.equals(that.trustDomain)
        && authorities.equals(that.authorities);
  }

  @Override
  public int hashCode() {
    return 31 * trustDomain.hashCode() + authorities.hashCode();
  }

  @Override
  public String toString() {
    return "X509Bundle[" + trustDomain + ", authorities=" + authorities.size() + "]";
  }
}
