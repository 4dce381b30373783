package dev.spiffe4j.workloadapi;

import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Runs calls where they may block, and sheds those that are too many. */
final class Calls implements Executor {
  private final Executor executor;

  Calls(Executor executor) {
    this.executor = executor;
  }

  /** Runs a call, and says how it failed, if it did. */
  void run(Runnable call, Consumer<Status> onFailure) {
    try {
      executor.execute(() -> runNow(call, onFailure));
    } catch (RejectedExecutionException e) {
      onFailure.accept(CallStatus.OVERLOADED);
    }
  }

  private static void runNow(Runnable call, Consumer<Status> onFailure) {
    try {
      call.run();
    } catch (RuntimeException e) {
      onFailure.accept(CallStatus.of(e));
    }
  }

  /** Runs what must not be shed: here and now, if nobody else can. */
  @Override
  public void execute(Runnable cleanup) {
    try {
      executor.execute(cleanup);
    } catch (RejectedExecutionException e) {
      cleanup.run();
    }
  }
}
