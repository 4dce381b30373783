package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.http2.Call;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The one message of a call, or the first one of a stream, which is then ended. */
final class CallResult<R> implements Call.Listener<R> {
  private final Call<R> call;
  private final boolean isStream;
  private final CompletableFuture<Status> status = new CompletableFuture<>();

  /** Written before the status. */
  private volatile @Nullable R message;

  private CallResult(Call<R> call, boolean isStream) {
    this.call = call;
    this.isStream = isStream;
  }

  /** Calls; the call's deadline bounds the wait. */
  static <R> CallResult<R> start(Call<R> call, Rpc<?, R, ?> rpc) {
    CallResult<R> result = new CallResult<>(call, rpc.isStream());
    call.start(result);
    return result;
  }

  /** Completed when it is known how the call went; never with an exception. */
  CompletableFuture<Status> status() {
    return status;
  }

  /** The message, or why there is none; to be asked after the status. */
  R message(Status ended, ClientTransport transport) {
    R received = message;
    if (ended.isOk() && received != null) {
      return received;
    }
    throw transport.failure(ended);
  }

  void cancel(@Nullable Throwable cause) {
    call.cancel("not wanted any more", cause);
  }

  @Override
  public void onMessage(R received) {
    message = received;
    if (isStream) {
      status.complete(Status.OK);
      call.cancel("one message is enough", null);
    }
  }

  @Override
  public void onClose(Status ended) {
    status.complete(ended);
  }
}
