package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Keeps what is scheduled until a test runs it; nothing is ever due by itself. */
public final class HandScheduler extends ScheduledThreadPoolExecutor {
  public record Task(Runnable work, Duration delay, ScheduledFuture<?> future) {}

  final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();

  public HandScheduler() {
    super(1, new DaemonThreads("hand-scheduler"));
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
    return keep(work, delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable work, long initialDelay, long delay, TimeUnit unit) {
    return keep(work, delay, unit);
  }

  private ScheduledFuture<?> keep(Runnable work, long delay, TimeUnit unit) {
    ScheduledFuture<?> never = super.schedule(work, 365, TimeUnit.DAYS);
    tasks.add(new Task(work, Duration.of(delay, unit.toChronoUnit()), never));
    return never;
  }

  public Task next() throws InterruptedException {
    Task task = tasks.poll(60, TimeUnit.SECONDS);
    if (task == null) {
      throw new AssertionError("nothing was scheduled");
    }
    return task;
  }
}
