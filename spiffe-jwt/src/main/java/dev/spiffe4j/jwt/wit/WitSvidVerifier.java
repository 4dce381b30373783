package dev.spiffe4j.jwt.wit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.WitBundleSource;
import dev.spiffe4j.jwt.jose.AuthorityKeys;
import dev.spiffe4j.jwt.jose.CompactJws;
import dev.spiffe4j.jwt.jose.TokenChecks;
import java.security.Provider;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Incubating: verifies the tokens of WIT-SVIDs that peers present (WIT-SVID §4): signed by a WIT
 * key of the bundle of the trust domain that {@code sub} names, and no other; bound to a key; not
 * expired. That authenticates nobody; {@link WitProofVerifier} does. Immutable and thread-safe.
 *
 * <p>{@code iat} and {@code jti} decide nothing, and header parameters and claims that are not
 * known are ignored. A token with {@code aud} is refused, whatever its value.
 */
public final class WitSvidVerifier {
  /** WIT-SVID §3.4: a couple of minutes at most. */
  private static final Duration MAX_LEEWAY = Duration.ofMinutes(2);

  private final WitBundleSource bundles;
  private final InstantSource clock;
  private final Duration leeway;
  private final Duration notBeforeLeeway;
  private final @Nullable Duration maxLifetime;
  private final AuthorityKeys authorityKeys;

  private WitSvidVerifier(Builder builder) {
    this.bundles = builder.bundles;
    this.clock = builder.clock;
    this.leeway = builder.leeway;
    this.notBeforeLeeway = builder.notBeforeLeeway;
    this.maxLifetime = builder.maxLifetime;
    this.authorityKeys =
        new AuthorityKeys(
            builder.signatureProvider == null
                ? SignatureProvider.fastest()
                : builder.signatureProvider);
  }

  /**
   * Begins a verifier.
   *
   * @param bundles where the bundles of the senders' trust domains come from
   * @return a builder
   */
  public static Builder builder(WitBundleSource bundles) {
    return new Builder(requireNonNull(bundles, "bundles"));
  }

  /**
   * Verifies the token that a peer presented.
   *
   * @param token the token alone
   * @return what a proof can make an identity of
   * @throws SvidVerificationException if it is worth nothing
   */
  public UnprovenWitSvid verify(String token) {
    requireNonNull(token, "token");
    // §2: limits, form and algorithm, before anything else.
    CompactJws jws = CompactJws.parse(token, WitHeader::check);
    WitClaims claims = WitClaims.of(jws.payload());

    // §6.2: only the WIT keys of the subject's own trust domain count, and one of them only.
    TokenChecks.verifySignature(jws, claims.spiffeId(), keys(claims.spiffeId()), authorityKeys);

    // §3.4, §3.5
    checkTime(claims, clock.instant());
    return new UnprovenWitSvid(claims, TokenHash.ofAscii(token), claims.expiresAt().plus(leeway));
  }

  private Optional<Map<String, PublicKey>> keys(SpiffeId id) {
    return bundles
        .witBundle(id.trustDomain())
        // A source that answers with another bundle must not make its keys ours.
        .filter(bundle -> bundle.trustDomain().equals(id.trustDomain()))
        .map(WitBundle::authorities);
  }

  private void checkTime(WitClaims claims, Instant now) {
    SpiffeId id = claims.spiffeId();
    Instant notBefore = claims.notBefore();
    TokenChecks.requireNotExpired(id, claims.expiresAt(), now, leeway);
    TokenChecks.requireBegun(id, notBefore, now, notBeforeLeeway);
    // Without nbf, what is left of the lifetime is all that is known of it.
    Instant begin = notBefore == null ? now : notBefore;
    if (maxLifetime != null
        && Duration.between(begin, claims.expiresAt()).compareTo(maxLifetime) > 0) {
      throw new SvidVerificationException(
          Reason.BAD_PROFILE, id, "lives longer than " + maxLifetime);
    }
  }

  /** Options of a {@link WitSvidVerifier}. Not thread-safe. */
  public static final class Builder {
    private final WitBundleSource bundles;
    private InstantSource clock = InstantSource.system();
    private Duration leeway = Duration.ofSeconds(60);
    private Duration notBeforeLeeway = Duration.ZERO;
    private @Nullable Duration maxLifetime;
    private @Nullable SignatureProvider signatureProvider;

    private Builder(WitBundleSource bundles) {
      this.bundles = bundles;
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
     * How long after its expiry a token is still good; 60 seconds unless set.
     *
     * @param leeway from zero to 120 seconds
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder leeway(Duration leeway) {
      this.leeway = requireLeeway("leeway", leeway);
      return this;
    }

    /**
     * How long before its beginning a token is already good; zero unless set, since issuers who
     * care for slow clocks let tokens begin earlier.
     *
     * @param leeway from zero to 120 seconds
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder notBeforeLeeway(Duration leeway) {
      this.notBeforeLeeway = requireLeeway("notBeforeLeeway", leeway);
      return this;
    }

    private static Duration requireLeeway(String name, Duration leeway) {
      if (leeway.isNegative() || leeway.compareTo(MAX_LEEWAY) > 0) {
        throw new IllegalArgumentException(
            name + ": " + leeway + " (expected: 0 to " + MAX_LEEWAY + ")");
      }
      return leeway;
    }

    /**
     * How long tokens may live at most; not limited unless set.
     *
     * @param lifetime from {@code nbf} to {@code exp}, or from now on in a token without {@code
     *     nbf}
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder maxLifetime(Duration lifetime) {
      if (lifetime.isNegative() || lifetime.isZero()) {
        throw new IllegalArgumentException("maxLifetime: " + lifetime + " (expected: positive)");
      }
      this.maxLifetime = lifetime;
      return this;
    }

    /**
     * What checks signatures.
     *
     * @param signatureProvider {@link SignatureProvider#fastest} unless set
     * @return this builder
     */
    public Builder signatureProvider(SignatureProvider signatureProvider) {
      this.signatureProvider = requireNonNull(signatureProvider, "signatureProvider");
      return this;
    }

    /**
     * The one provider that checks signatures.
     *
     * @param provider as for {@link SignatureProvider#of}
     * @return this builder
     */
    public Builder signatureProvider(Provider provider) {
      return signatureProvider(SignatureProvider.of(provider));
    }

    /**
     * Makes the verifier.
     *
     * @return a verifier
     */
    public WitSvidVerifier build() {
      return new WitSvidVerifier(this);
    }
  }
}
