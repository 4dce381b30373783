package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.http2.Call;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one stream open: begins it anew whenever it ends, unless the server says that it will never
 * be there. Everything but the delays runs on one worker thread.
 */
final class ReconnectingStream<Q, R> {
  /** Hears what the stream brings, on the worker. */
  interface Listener<R> {
    /**
     * A message.
     *
     * @return whether it was a good one
     */
    boolean onMessage(R message);

    /** The stream has ended; it begins anew unless this was the last time. */
    void onEnd(WorkloadApiException why, boolean isLast);
  }

  private final ClientTransport transport;
  private final Rpc<Q, R, ?> rpc;
  private final Listener<R> listener;
  private final Executor worker;
  private final ScheduledExecutorService scheduler;
  private final Backoff backoff;

  private volatile @Nullable Future<?> retry;
  private volatile @Nullable Call<R> call;
  private volatile boolean stopped;

  ReconnectingStream(
      ClientTransport transport,
      Rpc<Q, R, ?> rpc,
      Listener<R> listener,
      SourceThreads threads,
      Backoff backoff) {
    this.transport = transport;
    this.rpc = rpc;
    this.listener = listener;
    this.worker = threads.worker();
    this.scheduler = threads.scheduler();
    this.backoff = backoff;
  }

  /** Begins; to be called on the worker. */
  void open() {
    if (stopped) {
      return;
    }
    Call<R> opened = transport.newCall(rpc, worker);
    call = opened;
    opened.start(new CallListener());
    if (stopped) {
      opened.cancel("closed", null);
    }
  }

  /** Ends what is open, and begins nothing any more. For any thread. */
  void stop() {
    stopped = true;
    cancel(retry);
    Call<R> open = call;
    if (open != null) {
      open.cancel("closed", null);
    }
  }

  private void onEnd(Status status) {
    if (stopped) {
      return;
    }
    WorkloadApiException why = transport.failure(status);
    // Workload Endpoint appendix A: these two are not retried.
    boolean isLast =
        why.reason() == Reason.UNIMPLEMENTED || why.reason() == Reason.INVALID_ARGUMENT;
    listener.onEnd(why, isLast);
    if (!isLast) {
      retryAfter(backoff.next(why.reason()));
    }
  }

  private void retryAfter(Duration delay) {
    try {
      retry = scheduler.schedule(this::openOnWorker, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile.
      return;
    }
    if (stopped) {
      cancel(retry);
    }
  }

  private static void cancel(@Nullable Future<?> pending) {
    if (pending != null) {
      pending.cancel(false);
    }
  }

  private void openOnWorker() {
    worker.execute(this::open);
  }

  private final class CallListener implements Call.Listener<R> {
    @Override
    public void onMessage(R message) {
      if (stopped) {
        return;
      }
      if (listener.onMessage(message)) {
        backoff.reset();
      }
    }

    @Override
    public void onClose(Status status) {
      onEnd(status);
    }
  }
}
