package dev.spiffe4j.benchmarks;

import dev.spiffe4j.SpiffeId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Printing and comparing of SPIFFE IDs. */
@State(Scope.Thread)
public class SpiffeIdValueBenchmark {
  private SpiffeId ours = SpiffeId.parse(Ids.valid("short"));
  private SpiffeId oursToo = SpiffeId.parse(new String(Ids.valid("short").toCharArray()));
  private io.spiffe.spiffeid.SpiffeId theirs =
      io.spiffe.spiffeid.SpiffeId.parse(Ids.valid("short"));
  private io.spiffe.spiffeid.SpiffeId theirsToo =
      io.spiffe.spiffeid.SpiffeId.parse(new String(Ids.valid("short").toCharArray()));

  /** Printing, ours. */
  @Benchmark
  public String print() {
    Slowdown.apply();
    return ours.toString();
  }

  /** Printing, java-spiffe's. */
  @Benchmark
  public String printJavaSpiffe() {
    return theirs.toString();
  }

  /** Comparing equal IDs that are not the same object, ours. */
  @Benchmark
  public boolean equal() {
    Slowdown.apply();
    return ours.equals(oursToo);
  }

  /** The same, java-spiffe's. */
  @Benchmark
  public boolean equalJavaSpiffe() {
    return theirs.equals(theirsToo);
  }
}
