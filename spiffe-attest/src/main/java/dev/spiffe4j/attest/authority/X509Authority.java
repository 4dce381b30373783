package dev.spiffe4j.attest.authority;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.attest.store.BundleStore;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Signs a trust domain's X.509-SVIDs with a key that it makes, publishes and replaces in time. Each
 * certificate is checked by our own verifier before it leaves. Thread-safe.
 */
public final class X509Authority extends RotatingAuthority {
  private final BundleStore bundles;
  private final Rotation<X509Issuer> rotation;
  private final CertificateWriter writer;
  private final CertificateLint lint;

  private X509Authority(Builder builder) {
    super(builder);
    this.bundles = builder.bundles;
    this.rotation = new Rotation<>("X.509", clock, this::generate, this::publish, this::taint);
    this.writer = new CertificateWriter(builder.random);
    this.lint = new CertificateLint(clock, builder.signatures());
  }

  /**
   * Begins an authority. It signs nothing before {@link #rotate} was called.
   *
   * @param trustDomain for which it signs
   * @param keyManager what makes its keys
   * @param bundles where it publishes them
   * @return a builder
   */
  public static Builder builder(
      TrustDomain trustDomain, KeyManager keyManager, BundleStore bundles) {
    return new Builder(trustDomain, keyManager, bundles);
  }

  @Override
  Rotation<?> rotation() {
    return rotation;
  }

  /**
   * Signs an X.509-SVID.
   *
   * @param spiffeId whom it names, in this authority's trust domain
   * @param dnsNames its DNS names, in order; the first becomes the common name too
   * @param key its public key, whose private half the caller has proven to have
   * @param lifetime how long it is valid, or until this authority's own certificate ends
   * @return the certificates, leaf first
   * @throws IllegalArgumentException if the SPIFFE ID names no workload of the trust domain
   * @throws AuthorityException if it cannot be signed
   */
  public List<X509Certificate> sign(
      SpiffeId spiffeId, List<String> dnsNames, PublicKey key, Duration lifetime) {
    requireWorkload(spiffeId);
    return sign(rotation.active(), CertificateTemplate.leaf(spiffeId, dnsNames), key, lifetime);
  }

  private List<X509Certificate> sign(
      X509Issuer issuer, CertificateTemplate template, PublicKey key, Duration lifetime) {
    Instant now = now();
    Instant end = expiry(issuer, now, lifetime);
    X509Certificate leaf = writer.signedBy(issuer, template, key, now, end);
    return lint.check(issuer, template, key, leaf);
  }

  private X509Issuer generate(String slot) {
    SigningKey key = keyManager.generate("x509-CA-" + slot, keyType);
    BigInteger serial = writer.serialNumber();
    Instant now = now();
    X509Certificate certificate =
        writer.selfSigned(
            CertificateTemplate.authority(trustDomain, serial), serial, key, now, now.plus(ttl));
    X509Bundle roots = X509Bundle.of(trustDomain, List.of(certificate));
    X509Issuer issuer = new X509Issuer(key, certificate, List.of(), roots, now);
    proveThatItSigns(issuer);
    return issuer;
  }

  private void publish(X509Issuer issuer) {
    bundles.update(trustDomain, bundle -> bundle.withX509Authority(issuer.certificate()));
  }

  private void taint(X509Issuer issuer) {
    bundles.update(trustDomain, bundle -> bundle.withTaintedX509Authority(issuer.certificate()));
  }

  /** An authority that our own verifier does not accept must not reach the bundle. */
  private void proveThatItSigns(X509Issuer issuer) {
    SpiffeId throwaway = SpiffeId.of(trustDomain, "spire", "throwaway");
    sign(
        issuer,
        CertificateTemplate.leaf(throwaway, List.of()),
        issuer.certificate().getPublicKey(),
        Duration.ofMinutes(1));
  }

  /** Options of an {@link X509Authority}. Not thread-safe. */
  public static final class Builder extends AuthorityBuilder<Builder> {
    private Builder(TrustDomain trustDomain, KeyManager keyManager, BundleStore bundles) {
      super(trustDomain, keyManager, bundles);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Makes the authority.
     *
     * @return an authority without keys
     */
    public X509Authority build() {
      return new X509Authority(this);
    }
  }
}
