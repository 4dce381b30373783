package dev.spiffe4j.workloadapi.server;

import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Runs calls where they may block, and sheds those that are too many. */
final class Calls implements Executor {
  private final Executor executor;
  private final int maxPerProcess;
  private final Map<Integer, Integer> perProcess = new ConcurrentHashMap<>();

  Calls(Executor executor, int maxPerProcess) {
    this.executor = executor;
    this.maxPerProcess = maxPerProcess;
  }

  /** Runs a call of a process, and says how it failed, if it did. */
  void run(int pid, Runnable call, Consumer<Status> onFailure) {
    // One process must not take all the places where the calls of others wait.
    if (perProcess.merge(pid, 1, Integer::sum) > maxPerProcess) {
      leave(pid);
      onFailure.accept(CallStatus.OVERLOADED);
      return;
    }
    try {
      executor.execute(() -> runNow(pid, call, onFailure));
    } catch (RejectedExecutionException e) {
      leave(pid);
      onFailure.accept(CallStatus.OVERLOADED);
    }
  }

  private void runNow(int pid, Runnable call, Consumer<Status> onFailure) {
    try {
      call.run();
    } catch (RuntimeException e) {
      onFailure.accept(CallStatus.of(e));
    } finally {
      leave(pid);
    }
  }

  private void leave(int pid) {
    perProcess.computeIfPresent(pid, (key, count) -> count == 1 ? null : count - 1);
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
