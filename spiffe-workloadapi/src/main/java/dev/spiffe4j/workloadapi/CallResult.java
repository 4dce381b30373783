package dev.spiffe4j.workloadapi;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The one message of a call, or the first one of a stream, which is then ended. */
final class CallResult<Q, R> extends ClientCall.Listener<R> {
  private final ClientCall<Q, R> call;
  private final Rpc<Q, R, ?> rpc;
  private final CompletableFuture<Status> status = new CompletableFuture<>();

  /** Written before the status. */
  private volatile @Nullable R message;

  private CallResult(ClientCall<Q, R> call, Rpc<Q, R, ?> rpc) {
    this.call = call;
    this.rpc = rpc;
  }

  /** Calls; the call's deadline bounds the wait. */
  static <Q, R> CallResult<Q, R> start(ClientCall<Q, R> call, Rpc<Q, R, ?> rpc) {
    CallResult<Q, R> result = new CallResult<>(call, rpc);
    call.start(result, new Metadata());
    call.request(rpc.isStream() ? 1 : 2);
    call.sendMessage(rpc.request());
    call.halfClose();
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
    if (rpc.isStream()) {
      status.complete(Status.OK);
      call.cancel("one message is enough", null);
    }
  }

  @Override
  public void onClose(Status ended, Metadata trailers) {
    status.complete(ended);
  }
}
