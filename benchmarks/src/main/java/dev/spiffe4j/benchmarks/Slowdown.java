package dev.spiffe4j.benchmarks;

import java.util.Collection;

/**
 * What {@code gate --self-test} makes our side slower or bigger with, to show that a gate can fail.
 * Costs nothing otherwise: the constants are zero and the compiler drops what hangs on them.
 */
final class Slowdown {
  private static final long STEPS = Long.getLong("spiffe4j.slowdown.steps", 0);
  private static final int BYTES = Integer.getInteger("spiffe4j.slowdown.bytes", 0);

  /** Where results go, so that they are not dropped too. */
  static volatile Object sink = "";

  private Slowdown() {}

  /** Called once in each operation of ours. */
  static void apply() {
    if (STEPS > 0) {
      long x = STEPS;
      for (long i = 0; i < STEPS; i++) {
        x = x * 6364136223846793005L + 1442695040888963407L;
      }
      if (x == 42) {
        sink = x;
      }
    }
    if (BYTES > 0) {
      sink = new byte[BYTES];
    }
  }

  /** Called once for each of the things of ours whose size is measured. */
  static void apply(Collection<Object> kept) {
    if (BYTES > 0) {
      kept.add(new byte[BYTES]);
    }
  }

  /** Where our side is a process that cannot be slowed: what is added to its time. */
  static long nanos() {
    return STEPS;
  }

  /** The same for its size. */
  static int bytes() {
    return BYTES;
  }
}
