package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.JwtBundleSource;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.AuthorityKeys;
import dev.spiffe4j.jwt.jose.CompactJws;
import dev.spiffe4j.jwt.jose.TokenChecks;
import java.security.Provider;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWT-SVIDs of peers (JWT-SVID §4): signed by a key of the bundle of the trust domain that
 * {@code sub} names, and no other; for one of our audiences; not expired.
 *
 * <p>Stricter than the standard where it lets validators choose: {@code kid} is required, and
 * header parameters other than {@code alg}, {@code kid} and {@code typ} are refused. {@code iat}
 * and {@code jti} decide nothing. Immutable and thread-safe.
 */
public final class JwtSvidVerifier {
  /** The longest leeway that can be asked for. */
  private static final Duration MAX_LEEWAY = Duration.ofMinutes(5);

  private final JwtBundleSource bundles;
  private final Set<String> audiences;
  private final InstantSource clock;
  private final Duration leeway;
  private final AuthorityKeys authorityKeys;

  private JwtSvidVerifier(Builder builder) {
    this.bundles = builder.bundles;
    this.audiences = builder.audiences;
    this.clock = builder.clock;
    this.leeway = builder.leeway;
    this.authorityKeys =
        new AuthorityKeys(
            builder.signatureProvider == null
                ? SignatureProvider.fastest()
                : builder.signatureProvider);
  }

  /**
   * Begins a verifier.
   *
   * @param bundles where the bundles of the bearers' trust domains come from
   * @param audience what we are called in {@code aud}; compared exactly
   * @param more other names that we answer to
   * @return a builder
   * @throws IllegalArgumentException if an audience is empty
   */
  public static Builder builder(JwtBundleSource bundles, String audience, String... more) {
    Set<String> audiences = new LinkedHashSet<>();
    audiences.add(requireAudience(audience));
    for (String one : more) {
      audiences.add(requireAudience(one));
    }
    return new Builder(requireNonNull(bundles, "bundles"), Collections.unmodifiableSet(audiences));
  }

  private static String requireAudience(String audience) {
    if (requireNonNull(audience, "audience").isEmpty()) {
      throw new IllegalArgumentException("audience: empty");
    }
    return audience;
  }

  /**
   * Verifies what a peer presented.
   *
   * @param token the token alone, without {@code Bearer}
   * @return what it proves
   * @throws SvidVerificationException if it proves nothing
   */
  public VerifiedJwtSvid verify(String token) {
    requireNonNull(token, "token");
    // §4: limits, form and algorithm, before anything else.
    CompactJws jws = CompactJws.parse(token, JwtHeader::check);
    JwtClaims claims = JwtClaims.of(jws.payload());

    // §6.2: only the bundle of the subject's own trust domain counts.
    TokenChecks.verifySignature(jws, claims.spiffeId(), keys(claims.spiffeId()), authorityKeys);

    // §3.2, §3.3: for us, and now.
    checkAudience(claims);
    Instant now = clock.instant();
    TokenChecks.requireNotExpired(claims.spiffeId(), claims.expiresAt(), now, leeway);
    TokenChecks.requireBegun(claims.spiffeId(), claims.notBefore(), now, leeway);
    return new VerifiedJwtSvid(claims);
  }

  private Optional<Map<String, PublicKey>> keys(SpiffeId id) {
    return bundles
        .jwtBundle(id.trustDomain())
        // A source that answers with another bundle must not make its keys ours.
        .filter(bundle -> bundle.trustDomain().equals(id.trustDomain()))
        .map(JwtBundle::authorities);
  }

  private void checkAudience(JwtClaims claims) {
    if (Collections.disjoint(claims.audience(), audiences)) {
      throw new SvidVerificationException(
          Reason.WRONG_AUDIENCE, claims.spiffeId(), "none of our audiences is in aud");
    }
  }

  /** Options of a {@link JwtSvidVerifier}. Not thread-safe. */
  public static final class Builder {
    private final JwtBundleSource bundles;
    private final Set<String> audiences;
    private InstantSource clock = InstantSource.system();
    private Duration leeway = Duration.ofSeconds(60);
    private @Nullable SignatureProvider signatureProvider;

    private Builder(JwtBundleSource bundles, Set<String> audiences) {
      this.bundles = bundles;
      this.audiences = audiences;
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
     * How far our clock and the issuer's may differ; 60 seconds unless set.
     *
     * @param leeway from zero to 5 minutes
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder leeway(Duration leeway) {
      if (leeway.isNegative() || leeway.compareTo(MAX_LEEWAY) > 0) {
        throw new IllegalArgumentException(
            "leeway: " + leeway + " (expected: 0 to " + MAX_LEEWAY + ")");
      }
      this.leeway = leeway;
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
    public JwtSvidVerifier build() {
      return new JwtSvidVerifier(this);
    }
  }
}
