package dev.spiffe4j.benchmarks;

import dev.spiffe4j.InvalidSpiffeIdException;
import dev.spiffe4j.SpiffeId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Refusal of what is not a SPIFFE ID. */
@State(Scope.Thread)
public class SpiffeIdInvalidBenchmark {
  @Param({"path", "trustDomain", "scheme"})
  String fault;

  private String text;

  /** Makes a text with that fault. */
  @Setup
  public void prepare() {
    text = Ids.invalid(fault);
  }

  /** Ours. */
  @Benchmark
  public Object spiffe4j() {
    Slowdown.apply();
    try {
      throw new AssertionError(SpiffeId.parse(text));
    } catch (InvalidSpiffeIdException e) {
      return e;
    }
  }

  /** Java-spiffe's, which throws two kinds. */
  @Benchmark
  public Object javaSpiffe() {
    try {
      throw new AssertionError(io.spiffe.spiffeid.SpiffeId.parse(text));
    } catch (io.spiffe.exception.InvalidSpiffeIdException | IllegalArgumentException e) {
      return e;
    }
  }
}
