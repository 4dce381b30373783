package dev.spiffe4j.attest;

import dev.spiffe4j.SpiffeException;

/** A call of the node API failed. */
public final class NodeApiException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** Why the call failed. */
  public enum Reason {
    /** The agent's SVID has expired; attest again. */
    AGENT_EXPIRED,
    /** The server does not know the agent (any more); attest again. */
    AGENT_NOT_ATTESTED,
    /** The agent's SVID was replaced by another; attest again. */
    AGENT_NOT_ACTIVE,
    /** The agent is banned; stop. */
    AGENT_BANNED,
    /** The agent renews by attesting again. */
    AGENT_MUST_REATTEST,
    /** The caller may not make this call. */
    PERMISSION_DENIED,
    /** The caller's identity cannot be read. */
    UNAUTHENTICATED,
    /** The request is not a valid one. */
    INVALID_ARGUMENT,
    /** What the request names is not there, or not for the caller. */
    NOT_FOUND,
    /** The state of the server does not allow the request. */
    FAILED_PRECONDITION,
    /** Too much was asked. */
    RESOURCE_EXHAUSTED,
    /** The server cannot be reached, or is not ready. */
    UNAVAILABLE,
    /** The server is not who it should be. */
    UNTRUSTED_SERVER,
    /** The call took too long. */
    TIMED_OUT,
    /** The server's answer breaks the protocol. */
    INVALID_RESPONSE,
    /** The server does not know the call. */
    UNIMPLEMENTED,
    /** The server failed. */
    INTERNAL
  }

  /** Why. */
  private final Reason reason;

  /**
   * Makes an exception.
   *
   * @param reason why
   * @param message why, in words, without secrets
   */
  public NodeApiException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Makes an exception with a cause.
   *
   * @param reason why
   * @param message why, in words, without secrets
   * @param cause what it came from
   */
  public NodeApiException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  @Override
  public Reason reason() {
    return reason;
  }
}
