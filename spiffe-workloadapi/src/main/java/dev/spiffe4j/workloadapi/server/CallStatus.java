package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import io.grpc.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What a caller is told of a failure: a code, and no more words than it must know. */
final class CallStatus {
  /** Workload Endpoint §6: a server that sheds load answers Unavailable. */
  static final Status OVERLOADED = Status.UNAVAILABLE.withDescription("too many requests");

  private static final Logger LOGGER = System.getLogger(CallStatus.class.getName());

  private CallStatus() {}

  /** The status of what a handler has thrown. */
  static Status of(RuntimeException failure) {
    if (failure instanceof WorkloadApiException refusal) {
      return of(refusal);
    }
    if (failure instanceof SpiffeException) {
      LOGGER.log(Level.WARNING, "a Workload API call has failed", failure);
      return Status.UNAVAILABLE.withDescription("temporarily unavailable");
    }
    LOGGER.log(Level.ERROR, "a Workload API call has failed", failure);
    return Status.INTERNAL.withDescription("internal error");
  }

  private static Status of(WorkloadApiException refusal) {
    return switch (refusal.reason()) {
      case NO_IDENTITY -> Status.PERMISSION_DENIED.withDescription("no identity issued");
      case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT.withDescription(refusal.getMessage());
      case UNIMPLEMENTED -> Status.UNIMPLEMENTED.withDescription("not supported");
      // The same as for a failed attestation: a caller learns nothing of what we know of it.
      case CALLER_GONE -> Status.UNAVAILABLE.withDescription("workload attestation failed");
      case INTERNAL -> Status.INTERNAL.withDescription("internal error");
      default -> Status.UNAVAILABLE.withDescription("temporarily unavailable");
    };
  }
}
