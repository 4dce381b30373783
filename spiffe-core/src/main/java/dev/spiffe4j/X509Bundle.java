package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
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
   * Parses concatenated DER certificates, the form of the Workload API. Certificates that may not
   * sign certificates are ignored.
   *
   * @param trustDomain whose bundle
   * @param der the certificates; none for an empty bundle
   * @return the bundle
   * @throws InvalidDocumentException if the bytes are anything else
   */
  public static X509Bundle parse(TrustDomain trustDomain, byte[] der) {
    return ofAuthorities(trustDomain, Certificates.parseDer(der, MAX_AUTHORITIES));
  }

  /**
   * Parses PEM (RFC 7468). Text outside blocks, blocks of other kinds and certificates that may not
   * sign certificates are ignored.
   *
   * @param trustDomain whose bundle
   * @param pem blocks {@code CERTIFICATE}; nothing at all for an empty bundle
   * @return the bundle
   * @throws InvalidDocumentException if the text is not PEM, or says something and has no
   *     certificate
   */
  public static X509Bundle parsePem(TrustDomain trustDomain, byte[] pem) {
    List<X509Certificate> certificates = Certificates.parsePem(pem, MAX_AUTHORITIES);
    // Some other file must not pass for a bundle that revokes everything.
    if (certificates.isEmpty() && !PemReader.isBlank(pem)) {
      throw new InvalidDocumentException(
          InvalidDocumentException.Reason.EMPTY, "the text has no certificates");
    }
    return ofAuthorities(trustDomain, certificates);
  }

  /**
   * Loads a PEM file.
   *
   * @param trustDomain whose bundle
   * @param file as for {@link #parsePem}
   * @return the bundle
   * @throws InvalidDocumentException if the file cannot be read, with {@link
   *     InvalidDocumentException.Reason#IO_ERROR}, or is not what it should be
   */
  public static X509Bundle load(TrustDomain trustDomain, Path file) {
    return parsePem(trustDomain, DocumentFile.read(file));
  }

  /** A leaf among the authorities would vouch for itself, so that documents cannot list one. */
  private static X509Bundle ofAuthorities(
      TrustDomain trustDomain, List<X509Certificate> certificates) {
    return of(trustDomain, certificates.stream().filter(X509Profile::isAuthority).toList());
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

  /**
   * The certificates as {@link #parsePem} reads them.
   *
   * @return blocks {@code CERTIFICATE}, a new array, empty for an empty bundle
   */
  public byte[] toPem() {
    return PemWriter.certificates(authorities);
  }

  /**
   * A PKCS#12 trust store of the authorities. A program that verifies with the store alone learns
   * that an authority signed, and nothing of whom; {@link X509SvidVerifier} checks that too.
   *
   * @param password what protects the store; not empty, and not kept
   * @return the store, a new array
   * @throws IllegalArgumentException if the password is empty
   */
  public byte[] toPkcs12(char[] password) {
    return Pkcs12.trustStore(this, password);
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
