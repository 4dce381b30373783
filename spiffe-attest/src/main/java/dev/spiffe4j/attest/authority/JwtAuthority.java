package dev.spiffe4j.attest.authority;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SignatureProvider;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signs a trust domain's JWT-SVIDs with a key that it makes, publishes and replaces in time. Each
 * token is checked by our own verifier before it leaves. Thread-safe.
 */
public final class JwtAuthority extends RotatingAuthority {
  private final BundleStore bundles;
  private final Rotation<JwtIssuer> rotation;
  private final SecureRandom random;
  private final SignatureProvider signatures;
  private final SigningKeyProvider provider = new SigningKeyProvider();

  private JwtAuthority(Builder builder) {
    super(builder);
    this.bundles = builder.bundles;
    this.rotation = new Rotation<>("JWT", clock, this::generate, this::publish, this::taint);
    this.random = builder.random;
    this.signatures = builder.signatures();
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
    requireWorkload(spiffeId);
    JwtIssuer issuer = rotation.active();
    Instant now = now();
    Instant end = expiry(issuer, now, lifetime);
    JwtSvid token = issuer.signer().sign(spiffeId, audience, now, end, claims);
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
              .signatureProvider(signatures)
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

  private void publish(JwtIssuer issuer) {
    bundles.update(trustDomain, bundle -> bundle.withJwtAuthority(issuer.published()));
  }

  private void taint(JwtIssuer issuer) {
    bundles.update(trustDomain, bundle -> bundle.withTaintedJwtAuthority(issuer.authorityId()));
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
    public JwtAuthority build() {
      return new JwtAuthority(this);
    }
  }
}
