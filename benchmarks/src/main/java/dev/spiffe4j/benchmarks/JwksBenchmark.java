package dev.spiffe4j.benchmarks;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.JwtBundles;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading of JWT bundles, as JWK Sets of P-256 keys. */
@State(Scope.Thread)
public class JwksBenchmark {
  private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");

  @Param({"10", "1000"})
  int keys;

  private io.spiffe.spiffeid.TrustDomain javaSpiffeTrustDomain;
  private byte[] jwks;

  /** Makes the document. */
  @Setup
  public void prepare() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
    generator.initialize(256);
    Map<String, PublicKey> authorities = new LinkedHashMap<>();
    for (int i = 0; i < keys; i++) {
      authorities.put("Ht2nZ5qkDh1vVxMQzEwRJ7yDJDBUk" + i, generator.generateKeyPair().getPublic());
    }
    jwks = JwtBundles.toJson(JwtBundle.of(TRUST_DOMAIN, authorities));
    javaSpiffeTrustDomain = io.spiffe.spiffeid.TrustDomain.parse("example.org");
    if (JwtBundles.parse(TRUST_DOMAIN, jwks).authorities().size() != keys) {
      throw new AssertionError("not all keys are read");
    }
  }

  /** Ours. */
  @Benchmark
  public JwtBundle spiffe4j() {
    Slowdown.apply();
    return JwtBundles.parse(TRUST_DOMAIN, jwks);
  }

  /** Java-spiffe's. */
  @Benchmark
  public io.spiffe.bundle.jwtbundle.JwtBundle javaSpiffe() throws Exception {
    return io.spiffe.bundle.jwtbundle.JwtBundle.parse(javaSpiffeTrustDomain, jwks);
  }
}
