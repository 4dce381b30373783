package dev.spiffe4j.workloadapi;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one thread of a source. */
final class SourceWorker implements Executor {
  private static final long CLOSE_SECONDS = 2;

  private final ScheduledThreadPoolExecutor executor;
  private volatile @Nullable Thread thread;

  SourceWorker(String name) {
    DaemonThreads threads = new DaemonThreads(name);
    executor = new ScheduledThreadPoolExecutor(1, work -> remember(threads.newThread(work)));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private Thread remember(Thread made) {
    thread = made;
    return made;
  }

  @Override
  public void execute(Runnable work) {
    executor.execute(work);
  }

  ScheduledExecutorService scheduler() {
    return executor;
  }

  /** Ends the thread after what it does now, and waits for that, unless it is the caller itself. */
  void close() {
    executor.shutdown();
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
