package dev.spiffe4j.testing;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler without threads: tasks run when a test says so, on the test's own thread, in the
 * order of their time and then of their arrival. Days pass in the time that the tasks need.
 *
 * <p>Tasks may be handed over by any thread.
 */
public final class ManualScheduler extends AbstractExecutorService
    implements ScheduledExecutorService {
  private final MutableInstantSource clock;
  private final Object lock = new Object();
  private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>(Task.IN_ORDER);
  private long arrivals;
  private boolean shutdown;

  private ManualScheduler(MutableInstantSource clock) {
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * Makes a scheduler.
   *
   * @param clock what tells when a task is due
   * @return the scheduler
   */
  public static ManualScheduler of(MutableInstantSource clock) {
    return new ManualScheduler(clock);
  }

  /**
   * Runs all tasks that are due, and those that become due meanwhile. The clock stands still unless
   * a task moves it.
   *
   * @return how many ran
   */
  public int runDue() {
    int count = 0;
    for (Task<?> task = pollDue(); task != null; task = pollDue()) {
      task.run();
      count++;
    }
    return count;
  }

  /**
   * Moves the clock forward, step by step, and runs each task at its time.
   *
   * @param duration how far; not negative
   * @return how many tasks ran
   */
  public int advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration: " + duration + " (expected: >= 0)");
    }
    Instant end = clock.instant().plus(duration);
    int count = runDue();
    Optional<Instant> next = nextDue();
    while (next.isPresent() && !next.get().isAfter(end)) {
      clock.set(next.get());
      count += runDue();
      next = nextDue();
    }
    clock.set(end);
    return count;
  }

  /**
   * When the next task is due.
   *
   * @return the time, or nothing if no task waits
   */
  public Optional<Instant> nextDue() {
    synchronized (lock) {
      return Optional.ofNullable(tasks.peek()).map(task -> task.due);
    }
  }

  private @Nullable Task<?> pollDue() {
    synchronized (lock) {
      Task<?> next = tasks.peek();
      return next == null || next.due.isAfter(clock.instant()) ? null : tasks.poll();
    }
  }

  @Override
  public void execute(Runnable command) {
    requireNonNull(command, "command");
    add(new Task<>(Executors.callable(command, true), clock.instant(), Duration.ZERO, false));
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    requireNonNull(command, "command");
    return enqueue(
        new Task<>(Executors.callable(command, true), after(delay, unit), Duration.ZERO, false));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    requireNonNull(callable, "callable");
    return enqueue(new Task<>(callable, after(delay, unit), Duration.ZERO, false));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return enqueuePeriodic(command, initialDelay, period, unit, true);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return enqueuePeriodic(command, initialDelay, delay, unit, false);
  }

  private ScheduledFuture<?> enqueuePeriodic(
      Runnable command, long initialDelay, long period, TimeUnit unit, boolean fixedRate) {
    requireNonNull(command, "command");
    if (period <= 0) {
      throw new IllegalArgumentException("period: " + period + " (expected: > 0)");
    }
    Duration interval = Duration.of(period, unit.toChronoUnit());
    return enqueue(
        new Task<>(
            Executors.callable(command, true), after(initialDelay, unit), interval, fixedRate));
  }

  private Instant after(long delay, TimeUnit unit) {
    return clock.instant().plus(Math.max(0, delay), unit.toChronoUnit());
  }

  private <V> Task<V> enqueue(Task<V> task) {
    add(task);
    return task;
  }

  private void add(Task<?> task) {
    synchronized (lock) {
      if (shutdown) {
        throw new RejectedExecutionException("the scheduler is shut down");
      }
      task.arrival = arrivals++;
      tasks.add(task);
    }
  }

  /** Ends the scheduler. Tasks that wait are cancelled: nobody would run them. */
  @Override
  public void shutdown() {
    List<Task<?>> waiting;
    synchronized (lock) {
      shutdown = true;
      waiting = new ArrayList<>(tasks);
      tasks.clear();
    }
    waiting.forEach(task -> task.cancel(false));
  }

  @Override
  public List<Runnable> shutdownNow() {
    synchronized (lock) {
      shutdown = true;
      List<Task<?>> waiting = new ArrayList<>(tasks);
      waiting.sort(Task.IN_ORDER);
      tasks.clear();
      return List.copyOf(waiting);
    }
  }

  @Override
  public boolean isShutdown() {
    synchronized (lock) {
      return shutdown;
    }
  }

  @Override
  public boolean isTerminated() {
    return isShutdown();
  }

  /** Returns at once: there is no thread to wait for. */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isShutdown();
  }

  /** One task; its time and arrival change only while it is in no queue. */
  private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
    static final Comparator<Task<?>> IN_ORDER =
        Comparator.<Task<?>, Instant>comparing(task -> task.due)
            .thenComparingLong(task -> task.arrival);

    private final Duration interval;
    private final boolean fixedRate;
    private Instant due;
    private long arrival;

    Task(Callable<V> callable, Instant due, Duration interval, boolean fixedRate) {
      super(callable);
      this.due = due;
      this.interval = interval;
      this.fixedRate = fixedRate;
    }

    @Override
    public void run() {
      if (!isPeriodic()) {
        super.run();
        return;
      }
      if (runAndReset()) {
        due = (fixedRate ? due : clock.instant()).plus(interval);
        requeue(this);
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      synchronized (lock) {
        tasks.remove(this);
      }
      return cancelled;
    }

    @Override
    public boolean isPeriodic() {
      return !interval.isZero();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(Duration.between(clock.instant(), due));
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  private void requeue(Task<?> task) {
    synchronized (lock) {
      if (shutdown || task.isCancelled()) {
        task.cancel(false);
        return;
      }
      task.arrival = arrivals++;
      tasks.add(task);
    }
  }
}
