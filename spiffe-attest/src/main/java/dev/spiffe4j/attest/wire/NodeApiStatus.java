package dev.spiffe4j.attest.wire;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.proto.status.StatusDetails;
import dev.spiffe4j.attest.proto.types.PermissionDeniedDetails;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Failures of the node API as gRPC statuses. Agents decide by nothing but the details of a
 * PERMISSION_DENIED whether to attest again or to stop.
 */
public final class NodeApiStatus {
  /** Where gRPC carries the details of a status. */
  public static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final int MAX_DETAILS = 64 * 1024;

  private NodeApiStatus() {}

  /**
   * The status of a failure.
   *
   * @param method the full name of the call
   */
  public static StatusRuntimeException toStatus(NodeApiException failure, String method) {
    Status status = code(failure.reason()).toStatus();
    if (status.getCode() == Code.PERMISSION_DENIED) {
      String message = "authorization denied for method /" + method;
      return status
          .withDescription(message)
          .asRuntimeException(details(detail(failure.reason()), status.getCode(), message));
    }
    return status.withDescription(failure.getMessage()).asRuntimeException();
  }

  /** The status of an attestation that failed. */
  public static StatusRuntimeException toStatus(AttestationException failure) {
    Status status =
        switch (failure.reason()) {
          case UNKNOWN_ATTESTOR -> Status.FAILED_PRECONDITION;
          case MALFORMED_EVIDENCE, EVIDENCE_SPENT -> Status.INVALID_ARGUMENT;
          case EVIDENCE_REFUSED, BANNED -> Status.PERMISSION_DENIED;
          case CALLER_GONE -> Status.CANCELLED;
          case UNAVAILABLE -> Status.UNAVAILABLE;
        };
    String message = "failed to attest: " + failure.getMessage();
    // A banned agent should stop; SPIRE's would go on, because nothing tells it.
    Metadata trailers =
        failure.reason() == AttestationException.Reason.BANNED
            ? details(PermissionDeniedDetails.Reason.AGENT_BANNED, Code.PERMISSION_DENIED, message)
            : new Metadata();
    return status.withDescription(message).asRuntimeException(trailers);
  }

  private static Metadata details(
      PermissionDeniedDetails.@Nullable Reason reason, Code code, String message) {
    Metadata trailers = new Metadata();
    if (reason != null) {
      Any detail = Any.pack(PermissionDeniedDetails.newBuilder().setReason(reason).build());
      StatusDetails details =
          StatusDetails.newBuilder()
              .setCode(code.value())
              .setMessage(message)
              .addDetails(detail)
              .build();
      trailers.put(DETAILS, details.toByteArray());
    }
    return trailers;
  }

  /** The failure of a status that a server sent, or that took the place of its answer. */
  public static NodeApiException failure(StatusRuntimeException e) {
    String message = message(e.getStatus());
    return new NodeApiException(
        detail(e).orElseGet(() -> reason(e.getStatus().getCode())), message, e);
  }

  /** The failure of an attestation. */
  public static RuntimeException attestationFailure(StatusRuntimeException e, String type) {
    NodeApiException failure = failure(e);
    AttestationException.Reason reason =
        switch (failure.reason()) {
          case AGENT_BANNED -> AttestationException.Reason.BANNED;
          case PERMISSION_DENIED -> AttestationException.Reason.EVIDENCE_REFUSED;
          // SPIRE's status for a join token that is unknown, used or expired, and for a bad CSR.
          case INVALID_ARGUMENT -> AttestationException.Reason.EVIDENCE_REFUSED;
          case FAILED_PRECONDITION -> AttestationException.Reason.UNKNOWN_ATTESTOR;
          default -> null;
        };
    return reason == null
        ? failure
        : new AttestationException(reason, type, String.valueOf(failure.getMessage()), e);
  }

  private static String message(Status status) {
    String description = status.getDescription();
    String text = description == null ? "" : description;
    return status.getCode() + ": " + text.substring(0, Math.min(text.length(), 200));
  }

  private static Optional<Reason> detail(StatusRuntimeException e) {
    Metadata trailers = e.getTrailers();
    byte @Nullable [] bytes = trailers == null ? null : trailers.get(DETAILS);
    if (e.getStatus().getCode() != Code.PERMISSION_DENIED
        || bytes == null
        || bytes.length > MAX_DETAILS) {
      return Optional.empty();
    }
    try {
      for (Any detail : StatusDetails.parseFrom(bytes).getDetailsList()) {
        if (detail.is(PermissionDeniedDetails.class)) {
          return reason(detail.unpack(PermissionDeniedDetails.class).getReason());
        }
      }
    } catch (InvalidProtocolBufferException broken) {
      // The status itself is still an answer.
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static PermissionDeniedDetails.@Nullable Reason detail(Reason reason) {
    return switch (reason) {
      case AGENT_EXPIRED -> PermissionDeniedDetails.Reason.AGENT_EXPIRED;
      case AGENT_NOT_ATTESTED -> PermissionDeniedDetails.Reason.AGENT_NOT_ATTESTED;
      case AGENT_NOT_ACTIVE -> PermissionDeniedDetails.Reason.AGENT_NOT_ACTIVE;
      case AGENT_BANNED -> PermissionDeniedDetails.Reason.AGENT_BANNED;
      case AGENT_MUST_REATTEST -> PermissionDeniedDetails.Reason.AGENT_MUST_REATTEST;
      default -> null;
    };
  }

  private static Optional<Reason> reason(PermissionDeniedDetails.Reason detail) {
    return switch (detail) {
      case AGENT_EXPIRED -> Optional.of(Reason.AGENT_EXPIRED);
      case AGENT_NOT_ATTESTED -> Optional.of(Reason.AGENT_NOT_ATTESTED);
      case AGENT_NOT_ACTIVE -> Optional.of(Reason.AGENT_NOT_ACTIVE);
      case AGENT_BANNED -> Optional.of(Reason.AGENT_BANNED);
      case AGENT_MUST_REATTEST -> Optional.of(Reason.AGENT_MUST_REATTEST);
      case UNKNOWN, UNRECOGNIZED -> Optional.empty();
    };
  }

  /** The code of a failure, also for the results of batches. */
  public static Code code(Reason reason) {
    return switch (reason) {
      case AGENT_EXPIRED,
          AGENT_NOT_ATTESTED,
          AGENT_NOT_ACTIVE,
          AGENT_BANNED,
          AGENT_MUST_REATTEST,
          PERMISSION_DENIED ->
          Code.PERMISSION_DENIED;
      case UNAUTHENTICATED -> Code.UNAUTHENTICATED;
      case INVALID_ARGUMENT -> Code.INVALID_ARGUMENT;
      case NOT_FOUND -> Code.NOT_FOUND;
      case FAILED_PRECONDITION -> Code.FAILED_PRECONDITION;
      case RESOURCE_EXHAUSTED -> Code.RESOURCE_EXHAUSTED;
      case UNAVAILABLE, UNTRUSTED_SERVER -> Code.UNAVAILABLE;
      case TIMED_OUT -> Code.DEADLINE_EXCEEDED;
      case UNIMPLEMENTED -> Code.UNIMPLEMENTED;
      case INVALID_RESPONSE, INTERNAL -> Code.INTERNAL;
    };
  }

  /** What a code means to an agent. */
  public static Reason reason(Code code) {
    return switch (code) {
      case PERMISSION_DENIED -> Reason.PERMISSION_DENIED;
      case UNAUTHENTICATED -> Reason.UNAUTHENTICATED;
      case INVALID_ARGUMENT, OUT_OF_RANGE, ALREADY_EXISTS -> Reason.INVALID_ARGUMENT;
      case NOT_FOUND -> Reason.NOT_FOUND;
      case FAILED_PRECONDITION -> Reason.FAILED_PRECONDITION;
      case RESOURCE_EXHAUSTED -> Reason.RESOURCE_EXHAUSTED;
      case UNAVAILABLE, ABORTED -> Reason.UNAVAILABLE;
      case DEADLINE_EXCEEDED, CANCELLED -> Reason.TIMED_OUT;
      case UNIMPLEMENTED -> Reason.UNIMPLEMENTED;
      case OK -> Reason.INVALID_RESPONSE;
      case UNKNOWN, INTERNAL, DATA_LOSS -> Reason.INTERNAL;
    };
  }
}
