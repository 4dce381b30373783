package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for the one message of a call, or for the first one of a stream, which it then ends. */
final class CallResult<Q, R> extends ClientCall.Listener<R> {
  private final ClientCall<Q, R> call;
  private final boolean isStream;
  private final CompletableFuture<Status> done = new CompletableFuture<>();
  private @Nullable R message;

  private CallResult(ClientCall<Q, R> call, boolean isStream) {
    this.call = call;
    this.isStream = isStream;
  }

  /** Calls; the call's deadline bounds the wait. */
  static <Q, R> R await(
      ClientCall<Q, R> call, boolean isStream, Q request, WorkloadApiAddress address) {
    CallResult<Q, R> result = new CallResult<>(call, isStream);
    Status status = result.await(request);
    R message = result.message;
    if (status.isOk() && message != null) {
      return message;
    }
    throw CallFailure.of(address, status);
  }

  private Status await(Q request) {
    call.start(this, new Metadata());
    call.request(isStream ? 1 : 2);
    call.sendMessage(request);
    call.halfClose();
    try {
      return done.get();
    } catch (InterruptedException e) {
      call.cancel("interrupted", e);
      Thread.currentThread().interrupt();
      throw new WorkloadApiException(Reason.INTERRUPTED, "interrupted while waiting", e);
    } catch (ExecutionException e) {
      throw new AssertionError("a call ends with a status", e);
    }
  }

  @Override
  public void onMessage(R received) {
    message = received;
    if (isStream) {
      done.complete(Status.OK);
      call.cancel("one message is enough", null);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    done.complete(status);
  }
}
