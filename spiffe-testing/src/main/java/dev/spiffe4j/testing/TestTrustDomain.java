package dev.spiffe4j.testing;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidSigner;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * A trust domain with its own authority, which issues what a test asks for: good SVIDs and, through
 * {@link TestSvidBuilder#buildUnchecked}, bad ones. Thread-safe.
 *
 * <pre>{@code
 * TestTrustDomain domain = TestTrustDomain.of("example.org");
 * X509Context web = domain.context(domain.issue("/web"));
 * }</pre>
 */
public final class TestTrustDomain {
  /** How far validity begins in the past, as with SPIRE. */
  static final Duration BACKDATED = Duration.ofSeconds(10);

  private static final Duration JWT_LIFETIME = Duration.ofMinutes(5);

  private final TrustDomain trustDomain;
  private final InstantSource clock;
  private final Duration authorityLifetime;
  private final KeyType authorityKeyType;
  private final SecureRandom random = new SecureRandom();
  private final Object lock = new Object();
  private volatile TestAuthority authority;

  private TestTrustDomain(Builder builder) {
    this.trustDomain = builder.trustDomain;
    this.clock = builder.clock;
    this.authorityLifetime = builder.authorityLifetime;
    this.authorityKeyType = builder.authorityKeyType;
    this.authority =
        TestAuthority.next(
            X509Bundle.of(trustDomain, List.of()), Map.of(), authorityKeyType, validity(), random);
  }

  /**
   * Makes a trust domain that goes by the system's clock.
   *
   * @param name such as {@code example.org}
   * @return the trust domain
   */
  public static TestTrustDomain of(String name) {
    return builder(name).build();
  }

  /**
   * Begins a trust domain.
   *
   * @param name such as {@code example.org}
   * @return a builder
   */
  public static Builder builder(String name) {
    return new Builder(TrustDomain.parse(name));
  }

  /** Collects the options of a {@link TestTrustDomain}. Confined to one thread. */
  public static final class Builder {
    private final TrustDomain trustDomain;
    private InstantSource clock = InstantSource.system();
    private Duration authorityLifetime = Duration.ofDays(1);
    private KeyType authorityKeyType = KeyType.P256;

    private Builder(TrustDomain trustDomain) {
      this.trustDomain = trustDomain;
    }

    /**
     * What tells the time of issuing; the system's clock by default.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * How long authorities are valid; a day by default.
     *
     * @param lifetime how long, from now
     * @return this builder
     */
    public Builder authorityLifetime(Duration lifetime) {
      this.authorityLifetime = requireNonNull(lifetime, "lifetime");
      return this;
    }

    /**
     * What keys the authorities of X.509-SVIDs have; P-256 by default.
     *
     * @param keyType the kind of key
     * @return this builder
     */
    public Builder authorityKeyType(KeyType keyType) {
      this.authorityKeyType = requireNonNull(keyType, "keyType");
      return this;
    }

    /**
     * Makes the trust domain and its first authority.
     *
     * @return the trust domain
     */
    public TestTrustDomain build() {
      return new TestTrustDomain(this);
    }
  }

  /**
   * Its name.
   *
   * @return the trust domain
   */
  public TrustDomain trustDomain() {
    return trustDomain;
  }

  /**
   * An ID of this trust domain.
   *
   * @param path such as {@code /web}
   * @return the ID
   */
  public SpiffeId id(String path) {
    return SpiffeId.parse(trustDomain.spiffeId() + path);
  }

  /**
   * Issues an SVID that is valid for an hour.
   *
   * @param path whom it names, such as {@code /web}
   * @return the SVID
   */
  public X509Svid issue(String path) {
    return svid(path).build();
  }

  /**
   * Issues an SVID that is valid for an hour.
   *
   * @param id whom it names; of any trust domain, so that a test can have the wrong one sign
   * @return the SVID
   */
  public X509Svid issue(SpiffeId id) {
    return svid(id).build();
  }

  /**
   * Begins an SVID with options.
   *
   * @param path whom it names, such as {@code /web}
   * @return a builder
   */
  public TestSvidBuilder svid(String path) {
    return svid(id(path));
  }

  /**
   * Begins an SVID with options.
   *
   * @param id whom it names; of any trust domain, so that a test can have the wrong one sign
   * @return a builder
   */
  public TestSvidBuilder svid(SpiffeId id) {
    return new TestSvidBuilder(this, id);
  }

  /**
   * What verifies its SVIDs.
   *
   * @return the bundle of now
   */
  public X509Bundle bundle() {
    return authority.bundle();
  }

  /**
   * The authority that signs now.
   *
   * @return its certificate, which is in the bundle
   */
  public X509Certificate authority() {
    return authority.signer().certificate();
  }

  /**
   * SVIDs with the bundle of now.
   *
   * @param svids the SVIDs, the default one first; none for a party that only verifies
   * @return the context
   */
  public X509Context context(X509Svid... svids) {
    return X509Context.of(List.of(svids), List.of(bundle()));
  }

  /**
   * Issues a JWT-SVID that is valid for five minutes.
   *
   * @param path whom it names, such as {@code /web}
   * @param audience for whom it is, at least one
   * @return the SVID
   */
  public JwtSvid issueJwt(String path, String... audience) {
    return jwtSigner().sign(id(path), List.of(audience), now(), now().plus(JWT_LIFETIME));
  }

  /**
   * What signs its JWT-SVIDs now, for those that {@link #issueJwt} does not make.
   *
   * @return the signer, whose key is in the JWT bundle
   */
  public JwtSvidSigner jwtSigner() {
    return authority.jwtSigner();
  }

  /**
   * What verifies its JWT-SVIDs.
   *
   * @return the JWT bundle of now
   */
  public JwtBundle jwtBundle() {
    return authority.jwtBundle();
  }

  /**
   * Begins to sign with a new authority, and tokens with a new key; the bundles keep those that
   * were before.
   */
  public void rotateAuthority() {
    synchronized (lock) {
      authority =
          TestAuthority.next(
              authority.bundle(),
              authority.jwtBundle().authorities(),
              authorityKeyType,
              validity(),
              random);
    }
  }

  /** Leaves nothing in the bundles but what signs now. */
  public void dropOldAuthorities() {
    synchronized (lock) {
      authority = authority.alone();
    }
  }

  private TestAuthority.Validity validity() {
    return new TestAuthority.Validity(now().minus(BACKDATED), now().plus(authorityLifetime));
  }

  /** Certificates hold whole seconds. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  TestCertificate.Signer signer() {
    return authority.signer();
  }

  PrivateKey jwtKey() {
    return authority.jwtKey();
  }

  SecureRandom random() {
    return random;
  }

  @Override
  public String toString() {
    return "TestTrustDomain[" + trustDomain + "]";
  }
}
