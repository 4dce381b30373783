package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SpiffeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Incubating: what came with a WIT-SVID does not prove that the sender of this request holds its
 * key.
 */
public final class WitProofException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** Why the proof was refused. */
  public enum Reason {
    /** There is no proof. */
    NO_PROOF,
    /** The token was sent in the {@code Authorization} header, as a bearer token would be. */
    PRESENTED_AS_BEARER,
    /** The proof, or the header fields around it, cannot be parsed. */
    MALFORMED,
    /** The proof is larger than the limits allow; nothing else was looked at. */
    TOO_LARGE,
    /** A rule of the proof's profile is broken, such as a missing {@code jti}. */
    BAD_PROFILE,
    /** A {@code crit} header is not understood. */
    UNSUPPORTED_EXTENSION,
    /** The algorithm is not the one that the SVID binds its key to. */
    UNSUPPORTED_ALGORITHM,
    /** The signature does not verify with the key that the SVID is bound to. */
    BAD_SIGNATURE,
    /** The proof, or the SVID since it was verified, has expired. */
    EXPIRED,
    /** The validity of the proof has not begun. */
    NOT_YET_VALID,
    /** The proof ends later than the recipient allows. */
    TOO_LONG_LIVED,
    /** The proof is for a request to somebody or something else. */
    WRONG_AUDIENCE,
    /** The proof is for another WIT-SVID. */
    OTHER_SVID,
    /** The proof is for other access, transaction or further tokens than the request has. */
    OTHER_TOKENS,
    /** The proof was used before. */
    REPLAYED,
    /**
     * So many proofs of the sender, or of its trust domain, are in use that a replay would go
     * unseen; it can have another taken when some have ended.
     */
    REPLAY_CACHE_FULL
  }

  /** Why. */
  private final Reason reason;

  /** Whom it was about. */
  private final transient @Nullable SpiffeId spiffeId;

  WitProofException(Reason reason, String message) {
    super(message);
    this.reason = reason;
    this.spiffeId = null;
  }

  WitProofException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.spiffeId = null;
  }

  private WitProofException(WitProofException refusal, SpiffeId claimed) {
    super(String.valueOf(refusal.getMessage()), refusal);
    this.reason = refusal.reason;
    this.spiffeId = claimed;
  }

  /** The same refusal, of a sender who claimed a SPIFFE ID. */
  WitProofException of(SpiffeId claimed) {
    return new WitProofException(this, claimed);
  }

  @Override
  public Reason reason() {
    return reason;
  }

  /**
   * The SPIFFE ID that the sender claimed, where one was read.
   *
   * @return the claimed ID, which is not proven
   */
  public Optional<SpiffeId> spiffeId() {
    return Optional.ofNullable(spiffeId);
  }
}
