package dev.spiffe4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

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

  /** The heap that is in use, once everything that can go has gone. */
  static long usedHeap() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
