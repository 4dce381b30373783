package dev.spiffe4j.it;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How much of the heap is left in use after a collection, as time goes by. */
final class SoakHeap {
  /** What a third may differ from another by chance. */
  private static final long TOLERANCE_BYTES = 2L << 20;

  private final List<Long> samples = new ArrayList<>();

  void sample() {
    // Twice: what the first one makes reachable only by cleaners goes in the second.
    System.gc();
    System.gc();
    samples.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  /** The median of the first third. */
  long first() {
    return median(samples.subList(0, Math.max(1, samples.size() / 3)));
  }

  /** The median of the last third. */
  long last() {
    return median(
        samples.subList(samples.size() - Math.max(1, samples.size() / 3), samples.size()));
  }

  private static long median(List<Long> part) {
    return part.stream().sorted(Comparator.naturalOrder()).toList().get(part.size() / 2);
  }

  boolean isFlat() {
    return last() <= first() + first() / 10 + TOLERANCE_BYTES;
  }

  @Override
  public String toString() {
    return "used heap after collection, median of the first third %.1f MiB, of the last %.1f MiB"
        .formatted(first() / 1048576.0, last() / 1048576.0);
  }
}
