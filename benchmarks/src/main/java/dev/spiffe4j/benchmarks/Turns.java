package dev.spiffe4j.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What those that are compared have spent who take turns, call by call, in one JVM. A machine
 * drifts by more than some of them differ in the seconds between two forks. The name of such a
 * figure ends in {@code #spiffe4j} and the like.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Turns {
  static final Set<String> NAMES = Set.of("spiffe4j", "javaSpiffe", "jdk", "limit", "part");

  /** Ours: CPU time of an iteration in nanoseconds, as all of them. */
  public long spiffe4j;

  /** Java-spiffe's. */
  public long javaSpiffe;

  /** That of the JDK's own way, which is PKIX and JSSE. */
  public long jdk;

  /** That of the bare cryptography, or of doing nothing else. */
  public long limit;

  /** That of a part of the limit. */
  public long part;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /** The CPU time of a call. */
  long of(Callable<?> call) throws Exception {
    long before = threads.getCurrentThreadCpuTime();
    Object result = call.call();
    long spent = threads.getCurrentThreadCpuTime() - before;
    Slowdown.sink = result;
    return spent;
  }
}
