package dev.spiffe4j.workloadapi.wire;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes named threads that do not keep the JVM alive, and knows them again. */
public final class DaemonThreads implements ThreadFactory {
  private final String prefix;
  private final AtomicInteger count = new AtomicInteger();

  public DaemonThreads(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public Thread newThread(Runnable work) {
    Thread thread = new Made(work, prefix + "-" + count.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /** Whether the caller runs on one of them. */
  public boolean isCurrent() {
    return Thread.currentThread() instanceof Made made && made.isOf(this);
  }

  private final class Made extends Thread {
    Made(Runnable work, String name) {
      // Inherits nothing of whoever happens to come first.
      super(null, work, name, 0, false);
    }

    boolean isOf(DaemonThreads factory) {
      return DaemonThreads.this.equals(factory);
    }
  }
}
