package dev.spiffe4j.attest.authority;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.attest.store.BundleStore;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Signs a trust domain's X.509-SVIDs with a key that it makes, publishes and replaces in time. Each
 * certificate is checked by our own verifier before it leaves. Thread-safe.
 */
public final class X509Authority implements AuthorityRotation {
  private final TrustDomain trustDomain;
  private final KeyManager keyManager;
  private final KeyType keyType;
  private final Duration ttl;
  private final InstantSource clock;
  private final CertificateWriter writer;
  private final CertificateLint lint;
  private final Rotation<X509Issuer> rotation;

  private X509Authority(Builder builder) {
    this.trustDomain = builder.trustDomain;
    this.keyManager = builder.keyManager;
    this.keyType = builder.keyType;
    this.ttl = builder.ttl;
    this.clock = builder.clock;
    this.writer = new CertificateWriter(builder.random);
    this.lint = new CertificateLint(clock);
    BundleStore bundles = builder.bundles;
    this.rotation =
        new Rotation<>(
            "X.509",
            clock,
            this::generate,
            issuer ->
                bundles.update(
                    trustDomain, bundle -> bundle.withX509Authority(issuer.certificate())),
            issuer ->
                bundles.update(
                    trustDomain, bundle -> bundle.withTaintedX509Authority(issuer.certificate())));
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

  /**
   * Prepares and activates what is due by the clock; to be called every few seconds.
   *
   * @throws AuthorityException if a key cannot be made
   */
  public void rotate() {
    rotation.rotate();
  }

  @Override
  public List<Status> authorities() {
    return rotation.statuses();
  }

  @Override
  public Status prepare() {
    return rotation.prepare();
  }

  @Override
  public Status activate() {
    return rotation.activate();
  }

  @Override
  public Status taint(String authorityId) {
    return rotation.taint(authorityId);
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
    // SPIFFE §4.1.2: no assertion about anybody outside of the own trust domain.
    if (!spiffeId.isMemberOf(trustDomain) || spiffeId.isTrustDomainId()) {
      throw new IllegalArgumentException(
          "spiffeId: " + spiffeId + " (expected: a workload of " + trustDomain + ")");
    }
    return sign(rotation.active(), CertificateTemplate.leaf(spiffeId, dnsNames), key, lifetime);
  }

  private List<X509Certificate> sign(
      X509Issuer issuer, CertificateTemplate template, PublicKey key, Duration lifetime) {
    Instant now = now();
    Instant end = now.plus(lifetime);
    // No SVID outlives its issuer.
    Instant capped = end.isBefore(issuer.expiresAt()) ? end : issuer.expiresAt();
    X509Certificate leaf = writer.signedBy(issuer, template, key, now, capped);
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

  /** An authority that our own verifier does not accept must not reach the bundle. */
  private void proveThatItSigns(X509Issuer issuer) {
    SpiffeId throwaway = SpiffeId.of(trustDomain, "spire", "throwaway");
    sign(
        issuer,
        CertificateTemplate.leaf(throwaway, List.of()),
        issuer.certificate().getPublicKey(),
        Duration.ofMinutes(1));
  }

  /** Certificates have no parts of seconds. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Options of an {@link X509Authority}. Not thread-safe. */
  public static final class Builder {
    private final TrustDomain trustDomain;
    private final KeyManager keyManager;
    private final BundleStore bundles;
    private InstantSource clock = InstantSource.system();
    private SecureRandom random = new SecureRandom();
    private Duration ttl = Duration.ofHours(24);
    private KeyType keyType = KeyType.EC_P256;

    private Builder(TrustDomain trustDomain, KeyManager keyManager, BundleStore bundles) {
      this.trustDomain = requireNonNull(trustDomain, "trustDomain");
      this.keyManager = requireNonNull(keyManager, "keyManager");
      this.bundles = requireNonNull(bundles, "bundles");
    }

    /**
     * What tells the time; the system's clock unless set.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Where serial numbers come from.
     *
     * @param random the source of randomness
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /**
     * How long its own certificates are valid; 24 hours unless set.
     *
     * @param ttl at least a minute
     * @return this builder
     */
    public Builder ttl(Duration ttl) {
      this.ttl = Ttls.requireAuthority(ttl);
      return this;
    }

    /**
     * What kind of keys it has; P-256 unless set.
     *
     * @param keyType the kind
     * @return this builder
     */
    public Builder keyType(KeyType keyType) {
      this.keyType = requireNonNull(keyType, "keyType");
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
