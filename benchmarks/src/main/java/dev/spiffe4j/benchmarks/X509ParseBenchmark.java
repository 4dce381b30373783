package dev.spiffe4j.benchmarks;

import dev.spiffe4j.X509Svid;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading of an X.509-SVID in the form of the Workload API, with a leaf never seen. */
@State(Scope.Thread)
public class X509ParseBenchmark {
  private final byte[][] chains = new byte[Chains.POOL][];
  private byte[] key;
  private int next;

  /** Makes the documents. */
  @Setup
  public void prepare() throws Exception {
    Chains made = new Chains();
    for (int i = 0; i < Chains.POOL; i++) {
      chains[i] = made.chain(i);
    }
    key = made.leafKey;
  }

  private byte[] fresh() {
    next = (next + 1) % Chains.POOL;
    return chains[next];
  }

  /** Both. */
  @Benchmark
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(this::spiffe4j);
    turns.javaSpiffe += turns.of(this::javaSpiffe);
  }

  /** Ours. */
  @Benchmark
  public X509Svid spiffe4j() {
    Slowdown.apply();
    return X509Svid.parse(fresh(), key);
  }

  /** Java-spiffe's. */
  @Benchmark
  public io.spiffe.svid.x509svid.X509Svid javaSpiffe() throws Exception {
    return io.spiffe.svid.x509svid.X509Svid.parseRaw(fresh(), key);
  }
}
