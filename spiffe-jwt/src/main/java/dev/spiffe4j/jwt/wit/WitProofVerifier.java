package dev.spiffe4j.jwt.wit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.jwt.jose.CompactJws;
import dev.spiffe4j.jwt.jose.JwtSignatures;
import dev.spiffe4j.jwt.jose.TokenChecks;
import dev.spiffe4j.jwt.wit.WitProofException.Reason;
import java.security.Provider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Incubating: verifies that the sender of a request holds the key of the WIT-SVID that came with
 * it, by a Workload Proof Token (draft-ietf-wimse-wpt-02) made for this request, a short time ago,
 * and not used before.
 *
 * <p>Each verifier remembers the proofs that it took until they end, and refuses those of a sender
 * of whom it cannot remember more; several verifiers of one service would each take a proof once.
 * Thread-safe.
 */
public final class WitProofVerifier {
  private static final int MAX_PROOF_LENGTH = 16 * 1024;
  private static final int MAX_CAPACITY = 10_000_000;
  private static final Duration MAX_LEEWAY = Duration.ofSeconds(60);
  private static final Duration LONGEST_LIFESPAN = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final Duration leeway;
  private final Duration maxLifespan;
  private final @Nullable UsedProofs used;
  private final SignatureProvider signatureProvider;

  private WitProofVerifier(Builder builder) {
    this.clock = builder.clock;
    this.leeway = builder.leeway;
    this.maxLifespan = builder.maxLifespan;
    this.used = builder.singleUse ? new UsedProofs(builder.capacity) : null;
    this.signatureProvider =
        builder.signatureProvider == null ? SignatureProvider.fastest() : builder.signatureProvider;
  }

  /**
   * Begins a verifier.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Verifies the proof that came with a WIT-SVID.
   *
   * @param svid the SVID, as {@link WitSvidVerifier} found it
   * @param proof the Workload Proof Token; empty if there was none
   * @param request what was really requested
   * @return the sender
   * @throws WitProofException if the proof proves nothing
   */
  public VerifiedWitSvid verify(UnprovenWitSvid svid, String proof, WitRequest request) {
    requireNonNull(svid, "svid");
    requireNonNull(request, "request");
    try {
      verifyProof(svid, requireNonNull(proof, "proof"), request);
    } catch (SvidVerificationException e) {
      throw refusal(e).of(svid.claims().spiffeId());
    } catch (WitProofException e) {
      throw e.of(svid.claims().spiffeId());
    }
    return new VerifiedWitSvid(svid.claims());
  }

  private void verifyProof(UnprovenWitSvid svid, String proof, WitRequest request) {
    // WPT §2: limits, form and algorithm, before anything else.
    if (proof.length() > MAX_PROOF_LENGTH) {
      throw new WitProofException(
          Reason.TOO_LARGE,
          "proof of " + proof.length() + " characters (expected: <= " + MAX_PROOF_LENGTH + ")");
    }
    CompactJws jws = CompactJws.parse(proof, WitProofClaims::checkHeader);
    ConfirmationKey key = svid.claims().key();
    if (jws.algorithm() != key.jwtAlgorithm()) {
      throw new WitProofException(
          Reason.UNSUPPORTED_ALGORITHM, "alg is not " + key.algorithm() + ", which cnf demands");
    }
    WitProofClaims claims = WitProofClaims.of(jws.payload());

    // What costs little comes before the signature, and what is remembered after it.
    Instant now = clock.instant();
    checkTime(svid, claims, now);
    checkBindings(svid, claims, request);
    JwtSignatures.verify(
        jws.algorithm(), key.publicKey(), jws.signingInput(), jws.signature(), signatureProvider);
    if (used != null) {
      used.use(
          svid.claims().spiffeId(),
          svid.tokenHash(),
          claims.proofId(),
          claims.expiresAt().plus(leeway),
          now);
    }
  }

  private void checkTime(UnprovenWitSvid svid, WitProofClaims claims, Instant now) {
    if (!now.isBefore(svid.validUntil())) {
      throw new WitProofException(Reason.EXPIRED, "the SVID has expired since it was verified");
    }
    SpiffeId id = svid.claims().spiffeId();
    TokenChecks.requireNotExpired(id, claims.expiresAt(), now, leeway);
    TokenChecks.requireBegun(id, claims.notBefore(), now, leeway);
    // WIT-SVID §7.2. No claim says when a proof was made, but it was before now.
    if (claims.expiresAt().isAfter(now.plus(maxLifespan).plus(leeway))) {
      throw new WitProofException(
          Reason.TOO_LONG_LIVED, "proof is valid for more than " + maxLifespan);
    }
  }

  /** WIT-SVID §7.2: whatever the proof covers is compared, in both directions. */
  private static void checkBindings(
      UnprovenWitSvid svid, WitProofClaims claims, WitRequest request) {
    if (!claims.svidHash().equals(svid.tokenHash())) {
      throw new WitProofException(Reason.OTHER_SVID, "wth is of another WIT-SVID");
    }
    if (!request.hasAudience(claims.audience())) {
      throw new WitProofException(Reason.WRONG_AUDIENCE, "aud is not what was requested");
    }
    if (!Objects.equals(claims.accessTokenHash(), request.accessTokenHash())) {
      throw new WitProofException(Reason.OTHER_TOKENS, "ath is not of the access token");
    }
    if (!Objects.equals(claims.transactionTokenHash(), request.transactionTokenHash())) {
      throw new WitProofException(Reason.OTHER_TOKENS, "tth is not of the transaction token");
    }
    if (!claims.otherTokenHashes().equals(request.otherTokenHashes())) {
      throw new WitProofException(Reason.OTHER_TOKENS, "oth is not of the other tokens");
    }
  }

  private static WitProofException refusal(SvidVerificationException e) {
    Reason reason =
        switch (e.reason()) {
          case NO_SVID -> Reason.NO_PROOF;
          case TOO_LARGE -> Reason.TOO_LARGE;
          case MALFORMED -> Reason.MALFORMED;
          case UNSUPPORTED_EXTENSION -> Reason.UNSUPPORTED_EXTENSION;
          case UNSUPPORTED_ALGORITHM -> Reason.UNSUPPORTED_ALGORITHM;
          case BAD_SIGNATURE -> Reason.BAD_SIGNATURE;
          case EXPIRED -> Reason.EXPIRED;
          case NOT_YET_VALID -> Reason.NOT_YET_VALID;
          default -> Reason.BAD_PROFILE;
        };
    return new WitProofException(reason, "proof: " + e.getMessage(), e);
  }

  /** Options of a {@link WitProofVerifier}. Not thread-safe. */
  public static final class Builder {
    private InstantSource clock = InstantSource.system();
    private Duration leeway = Duration.ZERO;
    private Duration maxLifespan = Duration.ofSeconds(60);
    private int capacity = 262_144;
    private boolean singleUse = true;
    private @Nullable SignatureProvider signatureProvider;

    private Builder() {}

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
     * How far our clock and the sender's may differ, beyond what the lifespan of proofs leaves;
     * zero unless set.
     *
     * @param leeway from zero to 60 seconds
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
     * How far ahead a proof may end; 60 seconds unless set.
     *
     * @param lifespan from one second to 5 minutes
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder maxLifespan(Duration lifespan) {
      if (lifespan.compareTo(Duration.ofSeconds(1)) < 0
          || lifespan.compareTo(LONGEST_LIFESPAN) > 0) {
        throw new IllegalArgumentException(
            "maxLifespan: " + lifespan + " (expected: PT1S to " + LONGEST_LIFESPAN + ")");
      }
      this.maxLifespan = lifespan;
      return this;
    }

    /**
     * How many proofs are remembered at once; 262,144 unless set. One SPIFFE ID gets a quarter of
     * it at most, and its trust domain half of it, and less while others need it, so that no sender
     * and no trust domain can have the proofs of all others refused. Needed are four times as many
     * as the busiest sender makes in the lifespan of one; each takes about 200 bytes.
     *
     * @param capacity from one to ten million
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder replayCapacity(int capacity) {
      if (capacity < 1 || capacity > MAX_CAPACITY) {
        throw new IllegalArgumentException(
            "replayCapacity: " + capacity + " (expected: 1 to " + MAX_CAPACITY + ")");
      }
      this.capacity = capacity;
      return this;
    }

    /**
     * Whether a proof is good for one request only; true unless set. Without it whoever sees a
     * request can repeat it while its proof lasts.
     *
     * @param singleUse false to take a proof again
     * @return this builder
     */
    public Builder singleUse(boolean singleUse) {
      this.singleUse = singleUse;
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
    public WitProofVerifier build() {
      return new WitProofVerifier(this);
    }
  }
}
