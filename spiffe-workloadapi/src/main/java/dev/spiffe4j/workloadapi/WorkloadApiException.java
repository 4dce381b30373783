package dev.spiffe4j.workloadapi;

import dev.spiffe4j.SpiffeException;

/** A Workload API could not be used, or did not give what was asked. */
public final class WorkloadApiException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** No address is configured: {@code SPIFFE_ENDPOINT_SOCKET} is not set. */
    NO_ADDRESS,
    /** The address is not one of a Workload API. */
    BAD_ADDRESS,
    /** Nothing is at the socket's path. */
    SOCKET_MISSING,
    /** There is something at the socket's path that is not a socket. */
    NOT_A_SOCKET,
    /** We have no permission to connect. */
    SOCKET_DENIED,
    /** Nobody listens. */
    CONNECTION_REFUSED,
    /** What answers is no Workload API, or one without this call. */
    UNIMPLEMENTED,
    /** No identity is issued to this process. */
    NO_IDENTITY,
    /** Identities are issued to this process, and none is the one that it wants. */
    NO_MATCHING_SVID,
    /** Nothing has come yet, and nothing has gone wrong. */
    NOT_READY,
    /** The server is not ready, or sheds load, or could not attest the process. */
    UNAVAILABLE,
    /** The request is not a valid one. */
    INVALID_ARGUMENT,
    /** The answer breaks the protocol. */
    INVALID_RESPONSE,
    /** The answer is larger than we are willing to read. */
    TOO_LARGE,
    /** It took too long. */
    TIMED_OUT,
    /** The wait was interrupted. */
    INTERRUPTED,
    /** What was asked, or waited for, was closed by this process meanwhile. */
    CLOSED,
    /** The identity has expired, and the server does not give a new one. */
    EXPIRED,
    /** The caller has ended. */
    CALLER_GONE,
    /** Another server answers at the address. */
    ADDRESS_IN_USE,
    /** The platform cannot tell who connects. */
    UNSUPPORTED_PLATFORM,
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
  public WorkloadApiException(Reason reason, String message) {
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
  public WorkloadApiException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  @Override
  public Reason reason() {
    return reason;
  }
}
