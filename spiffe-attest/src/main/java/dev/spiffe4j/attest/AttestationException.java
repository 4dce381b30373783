package dev.spiffe4j.attest;

import dev.spiffe4j.SpiffeException;

/** A node or a workload could not prove what it is. */
public final class AttestationException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** Why the proof failed. */
  public enum Reason {
    /** Nobody here attests nodes or workloads in this way. */
    UNKNOWN_ATTESTOR,
    /** The evidence cannot be parsed. */
    MALFORMED_EVIDENCE,
    /** The evidence does not hold. */
    EVIDENCE_REFUSED,
    /** The evidence was good once, and has been used or has expired. */
    EVIDENCE_SPENT,
    /** The node is banned. */
    BANNED,
    /** The process that was to be attested is gone, or is not the one that connected. */
    CALLER_GONE,
    /** What is needed to attest cannot be read. */
    UNAVAILABLE
  }

  /** Why. */
  private final Reason reason;

  /** Which attestor. */
  private final String attestorType;

  /**
   * Makes an exception.
   *
   * @param reason why
   * @param attestorType the type of the attestor
   * @param message why, in words, without secrets
   */
  public AttestationException(Reason reason, String attestorType, String message) {
    super(message);
    this.reason = reason;
    this.attestorType = attestorType;
  }

  /**
   * Makes an exception with a cause.
   *
   * @param reason why
   * @param attestorType the type of the attestor
   * @param message why, in words, without secrets
   * @param cause what it came from
   */
  public AttestationException(Reason reason, String attestorType, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.attestorType = attestorType;
  }

  @Override
  public Reason reason() {
    return reason;
  }

  /**
   * Which attestor it was.
   *
   * @return its type, such as {@code unix} or {@code join_token}
   */
  public String attestorType() {
    return attestorType;
  }
}
