package dev.spiffe4j.benchmarks;

import io.spiffe.svid.jwtsvid.JwtSvid;
import java.security.GeneralSecurityException;
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
  private Tokens tokens;
  private String[] pool;
  private int next;

  /** Makes the tokens. */
  @Setup
  public void prepare() throws GeneralSecurityException {
    tokens = new Tokens(algorithm);
    pool = tokens.pool();
  }

  /** One of many tokens. */
  @Benchmark
  public JwtSvid javaSpiffe() throws Exception {
    next = (next + 1) % Tokens.POOL;
    return JwtSvid.parseAndValidate(pool[next], tokens.javaSpiffeBundle, audience);
  }
}
