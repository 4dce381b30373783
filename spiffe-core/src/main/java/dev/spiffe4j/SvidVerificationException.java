package dev.spiffe4j;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a peer presented does not prove an identity, or not one that is allowed. */
public final class SvidVerificationException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** Why the SVID was refused. */
  public enum Reason {
    /** No SVID was presented. */
    NO_SVID,
    /** The SVID cannot be parsed. */
    MALFORMED,
    /** The SVID is larger than the limits allow; nothing else was looked at. */
    TOO_LARGE,
    /** The SVID does not name exactly one valid SPIFFE ID. */
    BAD_SPIFFE_ID,
    /** A rule of the SVID's profile is broken, such as a leaf that may sign certificates. */
    BAD_PROFILE,
    /** There is no bundle for the SVID's own trust domain. */
    NO_BUNDLE,
    /** No path leads from the SVID to an authority of its own trust domain. */
    UNTRUSTED_CHAIN,
    /** A signature does not verify. */
    BAD_SIGNATURE,
    /** A path length, name or usage constraint of an authority is violated. */
    CONSTRAINT_VIOLATED,
    /** A critical extension, a {@code crit} header or the like is not understood. */
    UNSUPPORTED_EXTENSION,
    /** An algorithm is not allowed, or does not fit the key. */
    UNSUPPORTED_ALGORITHM,
    /** A key is too weak. */
    WEAK_KEY,
    /** The validity has ended. */
    EXPIRED,
    /** The validity has not begun. */
    NOT_YET_VALID,
    /** The certificate, or one above it, is on a revocation list of its issuer. */
    REVOKED,
    /** A revocation list is there and cannot be relied on. */
    REVOCATION_UNKNOWN,
    /** The token names no key of its trust domain's bundle. */
    UNKNOWN_KEY,
    /** The token is for somebody else. */
    WRONG_AUDIENCE,
    /** The identity is proven, and the authorizer said no. */
    NOT_AUTHORIZED
  }

  /** Why. */
  private final Reason reason;

  /** Whom it was about. */
  private final transient @Nullable SpiffeId spiffeId;

  /**
   * Makes an exception about a peer whose SPIFFE ID is not known.
   *
   * @param reason why
   * @param message why, in words, without secrets
   */
  public SvidVerificationException(Reason reason, String message) {
    super(message);
    this.reason = reason;
    this.spiffeId = null;
  }

  /**
   * Makes an exception with a cause, about a peer whose SPIFFE ID is not known.
   *
   * @param reason why
   * @param message why, in words, without secrets
   * @param cause what it came from
   */
  public SvidVerificationException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.spiffeId = null;
  }

  /**
   * Makes an exception about a peer that claimed a SPIFFE ID.
   *
   * @param reason why
   * @param spiffeId what the peer claimed; unproven unless the reason is {@link
   *     Reason#NOT_AUTHORIZED}
   * @param message why, in words, without secrets
   */
  public SvidVerificationException(Reason reason, SpiffeId spiffeId, String message) {
    super(message);
    this.reason = reason;
    this.spiffeId = spiffeId;
  }

  private SvidVerificationException(SvidVerificationException of, SpiffeId spiffeId) {
    super(String.valueOf(of.getMessage()), of);
    this.reason = of.reason;
    this.spiffeId = spiffeId;
  }

  /** The same refusal, about a peer that claimed a SPIFFE ID. */
  SvidVerificationException about(SpiffeId id) {
    return spiffeId == null ? new SvidVerificationException(this, id) : this;
  }

  @Override
  public Reason reason() {
    return reason;
  }

  /**
   * The SPIFFE ID that the peer claimed, where one could be read.
   *
   * @return the claimed ID; unproven unless the reason is {@link Reason#NOT_AUTHORIZED}
   */
  public Optional<SpiffeId> spiffeId() {
    return Optional.ofNullable(spiffeId);
  }
}
