package dev.spiffe4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What this process has used. */
final class ProcessFigures {
  private ProcessFigures() {}

  /** CPU time of all its threads, those of the JVM too. */
  static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** What the threads that run now have allocated. */
  static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (long one : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      bytes += Math.max(0, one);
    }
    return bytes;
  }

  /**
   * The heap that is in use, once everything that can go has gone and nothing is going on. The
   * smallest of several figures: what another thread is just doing is garbage in a moment.
   */
  static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < Scenario.size(10, 1); i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
    return least;
  }
}
