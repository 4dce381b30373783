package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a server runs on; ends only what is its own. */
final class ServerThreads {
  private static final int MAX_CALLS_RUNNING = 32;
  private static final int MAX_CALLS_WAITING = 16 * 1024;

  /** How many unfinished calls one process may have; there is room left for others. */
  static final int MAX_CALLS_OF_PROCESS = 12 * 1024;

  private static final long CLOSE_SECONDS = 2;

  private final EpollTransport transport;
  private final Executor executor;
  private final ScheduledExecutorService scheduler;
  private final List<ExecutorService> own;

  private ServerThreads(
      EpollTransport transport,
      Executor executor,
      ScheduledExecutorService scheduler,
      List<ExecutorService> own) {
    this.transport = transport;
    this.executor = executor;
    this.scheduler = scheduler;
    this.own = own;
  }

  static ServerThreads start(
      @Nullable Executor givenExecutor, @Nullable ScheduledExecutorService givenScheduler) {
    EpollTransport transport = EpollTransport.start();
    List<ExecutorService> own = new ArrayList<>();
    Executor executor = givenExecutor;
    if (executor == null) {
      ExecutorService bounded = boundedExecutor();
      own.add(bounded);
      executor = bounded;
    }
    ScheduledExecutorService scheduler = givenScheduler;
    if (scheduler == null) {
      scheduler = lazyScheduler();
      own.add(scheduler);
    }
    return new ServerThreads(transport, executor, scheduler, List.copyOf(own));
  }

  private static ExecutorService boundedExecutor() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            MAX_CALLS_RUNNING,
            MAX_CALLS_RUNNING,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_CALLS_WAITING),
            new DaemonThreads("spiffe-workload-api-call"));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Has no thread until something is scheduled. */
  private static ScheduledExecutorService lazyScheduler() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(1, new DaemonThreads("spiffe-workload-api-liveness"));
    scheduler.setRemoveOnCancelPolicy(true);
    return scheduler;
  }

  EpollTransport transport() {
    return transport;
  }

  Executor executor() {
    return executor;
  }

  ScheduledExecutorService scheduler() {
    return scheduler;
  }

  /**
   * Gives the calls that run a moment to end; those that wait were ended with their connections.
   */
  void close() {
    transport.close();
    own.forEach(ExecutorService::shutdown);
    try {
      for (ExecutorService executor : own) {
        executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    own.forEach(ExecutorService::shutdownNow);
  }
}
