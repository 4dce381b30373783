package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.http2.ConnectFailedException;
import dev.spiffe4j.workloadapi.http2.MessageTooLargeException;
import dev.spiffe4j.workloadapi.wire.SocketPath;
import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Why a call has failed, in terms of what somebody can put right. */
final class CallFailure {
  private static final int SHOWN = 200;
  private static final int MAX_CAUSES = 10;

  private final WorkloadApiAddress address;
  private final Status status;

  private CallFailure(WorkloadApiAddress address, Status status) {
    this.address = address;
    this.status = status;
  }

  static WorkloadApiException of(WorkloadApiAddress address, Status status) {
    return new CallFailure(address, status).explain();
  }

  private WorkloadApiException explain() {
    return switch (status.getCode()) {
      case OK -> because(Reason.UNAVAILABLE, "the server has ended the stream");
      case UNAVAILABLE -> explainUnavailable();
      case PERMISSION_DENIED ->
          because(Reason.NO_IDENTITY, "no identity is issued to this process");
      case INVALID_ARGUMENT -> because(Reason.INVALID_ARGUMENT, "the request was refused");
      case UNIMPLEMENTED -> because(Reason.UNIMPLEMENTED, "the server does not have this call");
      case DEADLINE_EXCEEDED -> because(Reason.TIMED_OUT, "no answer in time");
      case RESOURCE_EXHAUSTED -> explainExhausted();
      case CANCELLED -> because(Reason.UNAVAILABLE, "the call was cancelled");
      case UNAUTHENTICATED, ABORTED -> because(Reason.UNAVAILABLE, "the server is not ready");
      default -> explainBroken();
    };
  }

  private WorkloadApiException explainUnavailable() {
    if (!hasCause(ConnectFailedException.class)) {
      return because(Reason.UNAVAILABLE, "the server is not ready, or the connection was lost");
    }
    return address.socketPath().map(this::explainSocket).orElseGet(this::explainRefusal);
  }

  /** What connect(2) said in words of the locale, the file system says in types. */
  private WorkloadApiException explainSocket(Path path) {
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return because(Reason.SOCKET_MISSING, "there is nothing at the path; is the agent running?");
    } catch (AccessDeniedException e) {
      return because(Reason.SOCKET_DENIED, "a directory of the path may not be entered");
    } catch (IOException e) {
      return because(Reason.SOCKET_MISSING, "the path cannot be reached");
    }
    if (!SocketPath.isSocketOrLinkToOne(path)) {
      return because(Reason.NOT_A_SOCKET, "there is something at the path that is not a socket");
    }
    if (!Files.isWritable(path)) {
      return because(Reason.SOCKET_DENIED, "the socket may not be connected to by this user");
    }
    return explainRefusal();
  }

  private WorkloadApiException explainRefusal() {
    return hasCause(ConnectException.class)
        ? because(Reason.CONNECTION_REFUSED, "nobody listens; is the agent running?")
        : because(Reason.UNAVAILABLE, "the connection was lost");
  }

  private WorkloadApiException explainExhausted() {
    return hasCause(MessageTooLargeException.class)
        ? because(Reason.TOO_LARGE, "the answer is too large")
        : because(Reason.UNAVAILABLE, "the server sheds load");
  }

  private WorkloadApiException explainBroken() {
    boolean isOurFinding = status.getCause() != null;
    return isOurFinding
        ? because(Reason.INVALID_RESPONSE, "what answers breaks the protocol")
        : because(Reason.INTERNAL, "the server has failed");
  }

  private WorkloadApiException because(Reason reason, String why) {
    String said = status.getDescription();
    String message =
        "Workload API at "
            + address
            + ": "
            + why
            + " ("
            + status.getCode()
            + (said == null ? "" : ": " + printable(said))
            + ")";
    Throwable cause = status.getCause();
    return cause == null
        ? new WorkloadApiException(reason, message)
        : new WorkloadApiException(reason, message, cause);
  }

  private boolean hasCause(Class<? extends Throwable> sought) {
    Throwable cause = status.getCause();
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (sought.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Cuts and escapes what a server has said. */
  private static String printable(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().limit(SHOWN).forEach(c -> out.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
    return text.length() > SHOWN ? out.append("...").toString() : out.toString();
  }
}
