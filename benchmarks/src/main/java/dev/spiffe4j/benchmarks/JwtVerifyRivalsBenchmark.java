package dev.spiffe4j.benchmarks;

import io.spiffe.svid.jwtsvid.JwtSvid;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Verification of JWT-SVIDs by java-spiffe, with the JDK's providers. */
@State(Scope.Thread)
public class JwtVerifyRivalsBenchmark {
  @Param({"ES256", "RS256"})
  String algorithm;

  private final Set<String> audience = Set.of(Tokens.AUDIENCE);
  private static final int WARM_UPS = 6;

  private final JwtVerifyBenchmark ours = new JwtVerifyBenchmark();
  private Tokens tokens;
  private String[] pool;
  private int next;

  /** Makes the tokens. */
  @Setup
  public void prepare() throws Exception {
    tokens = new Tokens(algorithm);
    pool = tokens.pool();
    ours.provider = Providers.JDK;
    ours.algorithm = algorithm;
    ours.prepare();
    for (int i = 0; i < WARM_UPS; i++) {
      Providers.warmUp(ours::spiffe4j, this::javaSpiffe);
    }
  }

  /** One of many tokens, by us and by java-spiffe, with the JDK's providers. */
  @Benchmark
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(ours::spiffe4j);
    turns.javaSpiffe += turns.of(this::javaSpiffe);
  }

  /** One of many tokens. */
  @Benchmark
  public JwtSvid javaSpiffe() throws Exception {
    next = (next + 1) % Tokens.POOL;
    return JwtSvid.parseAndValidate(pool[next], tokens.javaSpiffeBundle, audience);
  }
}
