package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import io.grpc.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Single questions over one connection, waited for or not. Thread-safe. */
final class ClientCalls {
  private static final Logger LOGGER = System.getLogger(WorkloadApiClient.class.getName());

  private final ClientTransport transport;
  private final Duration timeout;

  ClientCalls(ClientTransport transport, Duration timeout) {
    this.transport = transport;
    this.timeout = timeout;
  }

  /** Asks, and waits for the answer, which is read on the thread that waits. */
  <R, T> T await(Rpc<?, R, T> rpc) {
    CallResult<R> result = start(rpc);
    try {
      return read(rpc, result, result.status().get());
    } catch (InterruptedException e) {
      result.cancel(e);
      Thread.currentThread().interrupt();
      throw new WorkloadApiException(Reason.INTERRUPTED, "interrupted while waiting", e);
    } catch (ExecutionException e) {
      throw new AssertionError("a call ends with a status", e);
    }
  }

  /** Asks; the answer is read on the executor. Cancelling the future ends the call. */
  <R, T> CompletableFuture<T> send(Rpc<?, R, T> rpc, Executor executor) {
    CallResult<R> result = start(rpc);
    Answer<T> answer = new Answer<>(result);
    Completion.handle(
        result.status(),
        (status, none) ->
            run(
                executor,
                answer,
                () -> read(rpc, result, status == null ? Status.UNKNOWN : status)));
    return answer;
  }

  private <R> CallResult<R> start(Rpc<?, R, ?> rpc) {
    if (transport.isClosed()) {
      throw new IllegalStateException("client is closed");
    }
    return CallResult.start(transport.newCall(rpc, timeout), rpc);
  }

  private <R, T> T read(Rpc<?, R, T> rpc, CallResult<R> result, Status status) {
    Parsed<T> parsed = rpc.reading().apply(result.message(status, transport));
    parsed
        .problems()
        .forEach(problem -> LOGGER.log(Level.WARNING, "{0}: {1}", rpc.name(), problem));
    return parsed.value();
  }

  private static <T> void run(Executor executor, CompletableFuture<T> answer, Supplier<T> reading) {
    try {
      executor.execute(() -> complete(answer, reading));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          new WorkloadApiException(Reason.CLOSED, "nothing is left that could take the answer", e));
    }
  }

  private static <T> void complete(CompletableFuture<T> answer, Supplier<T> reading) {
    try {
      answer.complete(reading.get());
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  /** Ends its call when nobody wants it any more. */
  private static final class Answer<T> extends CompletableFuture<T> {
    private final @Nullable CallResult<?> result;

    Answer(@Nullable CallResult<?> result) {
      this.result = result;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean isCancelled = super.cancel(mayInterruptIfRunning);
      if (isCancelled && result != null) {
        result.cancel(null);
      }
      return isCancelled;
    }

    /** What is derived from it does not end the call. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new Answer<>(null);
    }
  }
}
