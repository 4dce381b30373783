package dev.spiffe4j.attest.authority;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.authority.AuthorityException.Reason;
import dev.spiffe4j.attest.store.BundleStore;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidSigner;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.VerifiedJwtSvid;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signs a trust domain's JWT-SVIDs with a key that it makes, publishes and replaces in time. Each
 * token is checked by our own verifier before it leaves. Thread-safe.
 */
public final class JwtAuthority implements AuthorityRotation {
  private final TrustDomain trustDomain;
  private final KeyManager keyManager;
  private final KeyType keyType;
  private final Duration ttl;
  private final InstantSource clock;
  private final SecureRandom random;
  private final SigningKeyProvider provider = new SigningKeyProvider();
  private final Rotation<JwtIssuer> rotation;

  private JwtAuthority(Builder builder) {
    this.trustDomain = builder.trustDomain;
    this.keyManager = builder.keyManager;
    this.keyType = builder.keyType;
    this.ttl = builder.ttl;
    this.clock = builder.clock;
    this.random = builder.random;
    BundleStore bundles = builder.bundles;
    this.rotation =
        new Rotation<>(
            "JWT",
            clock,
            this::generate,
            issuer ->
                bundles.update(trustDomain, bundle -> bundle.withJwtAuthority(issuer.published())),
            issuer ->
                bundles.update(
                    trustDomain, bundle -> bundle.withTaintedJwtAuthority(issuer.authorityId())));
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
   * Signs a JWT-SVID.
   *
   * @param spiffeId whom it names, in this authority's trust domain
   * @param audience for whom it is; at least one, none empty
   * @param lifetime how long it is valid, or until this authority's own key ends
   * @param claims further claims, such as {@code iss} and {@code jti}
   * @return the token
   * @throws IllegalArgumentException if an argument is none of that
   * @throws AuthorityException if it cannot be signed
   */
  public JwtSvid sign(
      SpiffeId spiffeId, List<String> audience, Duration lifetime, Map<String, Object> claims) {
    // SPIFFE §4.1.2: no assertion about anybody outside of the own trust domain.
    if (!spiffeId.isMemberOf(trustDomain) || spiffeId.isTrustDomainId()) {
      throw new IllegalArgumentException(
          "spiffeId: " + spiffeId + " (expected: a workload of " + trustDomain + ")");
    }
    JwtIssuer issuer = rotation.active();
    Instant now = now();
    Instant end = now.plus(lifetime);
    Instant capped = end.isBefore(issuer.expiresAt()) ? end : issuer.expiresAt();
    JwtSvid token = issuer.signer().sign(spiffeId, audience, now, capped, claims);
    check(issuer, token, spiffeId, audience);
    return token;
  }

  private void check(JwtIssuer issuer, JwtSvid token, SpiffeId spiffeId, List<String> audience) {
    JwtBundle bundle =
        JwtBundle.of(trustDomain, Map.of(issuer.authorityId(), issuer.signer().publicKey()));
    VerifiedJwtSvid verified;
    try {
      verified =
          JwtSvidVerifier.builder(
                  named -> Optional.of(bundle).filter(has -> has.trustDomain().equals(named)),
                  audience.get(0))
              .clock(clock)
              .leeway(Duration.ZERO)
              .build()
              .verify(token.token());
    } catch (SvidVerificationException e) {
      throw new AuthorityException(
          Reason.BAD_RESULT, "our own verifier refuses the token: " + e.reason(), e);
    }
    if (!verified.spiffeId().equals(spiffeId) || !verified.audience().equals(audience)) {
      throw new AuthorityException(Reason.BAD_RESULT, "token has another subject or audience");
    }
  }

  private JwtIssuer generate(String slot) {
    SigningKey key = keyManager.generate("JWT-Signer-" + slot, keyType);
    String keyId = KeyIds.next(random);
    JwtSvidSigner signer =
        JwtSvidSigner.of(keyId, SigningKeyProvider.privateKey(key), key.publicKey(), provider);
    Instant now = now();
    return new JwtIssuer(signer, now, now.plus(ttl));
  }

  /** Tokens have no parts of seconds. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private record JwtIssuer(JwtSvidSigner signer, Instant issuedAt, Instant expiresAt)
      implements Slots.Authority {
    @Override
    public String authorityId() {
      return signer.keyId();
    }

    TrustBundle.JwtAuthority published() {
      return new TrustBundle.JwtAuthority(signer.keyId(), signer.publicKey(), expiresAt, false);
    }
  }

  /** Options of a {@link JwtAuthority}. Not thread-safe. */
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
     * Where key IDs come from.
     *
     * @param random the source of randomness
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /**
     * How long its keys sign; 24 hours unless set.
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
    public JwtAuthority build() {
      return new JwtAuthority(this);
    }
  }
}
