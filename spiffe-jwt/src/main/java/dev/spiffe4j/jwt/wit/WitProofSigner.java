package dev.spiffe4j.jwt.wit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.SigningKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Incubating: makes the proof that goes with a WIT-SVID of ours in one request, a Workload Proof
 * Token (draft-ietf-wimse-wpt-02). Each proof is for one use. Immutable, and thread-safe if the
 * key's provider is.
 */
public final class WitProofSigner {
  private static final Duration SHORTEST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final InstantSource clock;
  private final Duration lifespan;
  private final SecureRandom random;

  private WitProofSigner(Builder builder) {
    this.clock = builder.clock;
    this.lifespan = builder.lifespan;
    this.random = builder.random;
  }

  /**
   * Begins a signer.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Makes a proof.
   *
   * @param svid the SVID that the request is sent with
   * @param request what is requested
   * @return a Workload Proof Token, to be sent over a secure channel and only there
   * @throws SvidVerificationException if the SVID has expired, and its key with it
   * @throws InvalidDocumentException if the key does not sign
   */
  public String sign(WitSvid svid, WitRequest request) {
    Instant now = clock.instant();
    if (!now.isBefore(svid.expiresAt())) {
      throw new SvidVerificationException(
          Reason.EXPIRED, svid.spiffeId(), "our own WIT-SVID expired at " + svid.expiresAt());
    }
    SigningKey key = svid.signingKey();
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", key.algorithm().name());
    header.put("typ", WitProofClaims.TYPE);
    return key.sign(header, payload(svid, request, now.plus(lifespan)));
  }

  private Map<String, Object> payload(WitSvid svid, WitRequest request, Instant end) {
    Instant expiresAt = end.isBefore(svid.expiresAt()) ? end : svid.expiresAt();
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("aud", request.audience());
    payload.put("exp", expiresAt.getEpochSecond());
    payload.put("jti", RandomIds.next(random));
    payload.put("wth", TokenHash.ofAscii(svid.token()));
    String accessTokenHash = request.accessTokenHash();
    if (accessTokenHash != null) {
      payload.put("ath", accessTokenHash);
    }
    String transactionTokenHash = request.transactionTokenHash();
    if (transactionTokenHash != null) {
      payload.put("tth", transactionTokenHash);
    }
    if (!request.otherTokenHashes().isEmpty()) {
      payload.put("oth", request.otherTokenHashes());
    }
    return payload;
  }

  /** Options of a {@link WitProofSigner}. Not thread-safe. */
  public static final class Builder {
    private InstantSource clock = InstantSource.system();
    private Duration lifespan = Duration.ofSeconds(30);
    private SecureRandom random = new SecureRandom();

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
     * How long proofs are good, or less if the SVID ends before; 30 seconds unless set.
     *
     * @param lifespan from 2 to 60 seconds
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder lifespan(Duration lifespan) {
      if (lifespan.compareTo(SHORTEST) < 0 || lifespan.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "lifespan: " + lifespan + " (expected: " + SHORTEST + " to " + LONGEST + ")");
      }
      this.lifespan = lifespan;
      return this;
    }

    /**
     * Where the IDs of proofs come from.
     *
     * @param random the source of randomness
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /**
     * Makes the signer.
     *
     * @return a signer
     */
    public WitProofSigner build() {
      return new WitProofSigner(this);
    }
  }
}
