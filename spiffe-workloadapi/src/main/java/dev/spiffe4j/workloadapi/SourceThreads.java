package dev.spiffe4j.workloadapi;

import com.google.common.util.concurrent.MoreExecutors;
import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a client or a source runs on: one thing after the other on a worker, what others have to say
 * on callbacks, so that nobody's callback keeps the worker from receiving. No thread starts before
 * there is something to do; what was given is never ended.
 */
final class SourceThreads implements AutoCloseable {
  /** So many callbacks may block at one time before they wait for each other. */
  private static final int MAX_CALLBACKS = 64;

  private static final long IDLE_SECONDS = 10;
  private static final long CLOSE_SECONDS = 2;

  private final DaemonThreads made;
  private final List<ExecutorService> own = new ArrayList<>();
  private final Executor callbacks;
  private final Executor worker;
  private final ScheduledExecutorService scheduler;

  private SourceThreads(
      String name, @Nullable Executor executor, @Nullable ScheduledExecutorService scheduler) {
    made = new DaemonThreads(name);
    if (executor == null) {
      ScheduledExecutorService thread = own(thread());
      this.worker = thread;
      this.callbacks = own(pool());
      this.scheduler = scheduler == null ? thread : scheduler;
    } else {
      this.worker = MoreExecutors.newSequentialExecutor(executor);
      this.callbacks = executor;
      this.scheduler = scheduler == null ? own(thread()) : scheduler;
    }
  }

  static SourceThreads of(
      String name, @Nullable Executor executor, @Nullable ScheduledExecutorService scheduler) {
    return new SourceThreads(name, executor, scheduler);
  }

  private <E extends ExecutorService> E own(E executor) {
    own.add(executor);
    return executor;
  }

  private ScheduledThreadPoolExecutor thread() {
    ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, made);
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return thread;
  }

  /** Its queue is bounded by those who use it: each has at most one task in it. */
  private ThreadPoolExecutor pool() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MAX_CALLBACKS,
            MAX_CALLBACKS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            made);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Runs one thing after the other; nothing any more after the end. */
  Executor worker() {
    return this::executeIfOpen;
  }

  /** Runs what may block; rejects it after the end. */
  Executor callbacks() {
    return callbacks;
  }

  ScheduledExecutorService scheduler() {
    return scheduler;
  }

  private void executeIfOpen(Runnable work) {
    try {
      worker.execute(work);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile.
    }
  }

  /** Ends the threads after what they do now, and waits for that, unless one is the caller. */
  @Override
  public void close() {
    own.forEach(ExecutorService::shutdown);
    if (made.isCurrent()) {
      return;
    }
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
      for (ExecutorService executor : own) {
        executor.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    own.forEach(ExecutorService::shutdownNow);
  }
}
