package dev.spiffe4j.benchmarks;

import dev.spiffe4j.SpiffeId;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading of valid SPIFFE IDs. */
@State(Scope.Thread)
public class SpiffeIdBenchmark {
  @Param({"short", "1k", "2k"})
  String size;

  private String text;
  private byte[] bytes;

  /** Makes an ID of that size. */
  @Setup
  public void prepare() {
    text = Ids.valid(size);
    bytes = text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Ours. */
  @Benchmark
  public SpiffeId spiffe4j() {
    Slowdown.apply();
    return SpiffeId.parse(text);
  }

  /** Java-spiffe's. */
  @Benchmark
  public io.spiffe.spiffeid.SpiffeId javaSpiffe() {
    return io.spiffe.spiffeid.SpiffeId.parse(text);
  }

  /** The limit: one pass over bytes with a table. */
  @Benchmark
  public int byteScan() {
    return ByteScan.pathStart(bytes);
  }
}
