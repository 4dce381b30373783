package dev.spiffe4j.benchmarks;

import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.jwt.SpiffeBundles;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.ByteArrayOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Reading of the same bundle of X.509 authorities again, as each update brings it: as DER and as a
 * SPIFFE bundle document. The JDK keeps the last 750 certificates for those who read them one by
 * one, as we do; 1,000 do not fit.
 */
@State(Scope.Thread)
public class BundleBenchmark {
  private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse(Chains.TRUST_DOMAIN);

  @Param({"10", "1000"})
  int authorities;

  private byte[] der;
  private byte[] document;
  private io.spiffe.spiffeid.TrustDomain javaSpiffeTrustDomain;

  /** Makes the documents. */
  @Setup
  public void prepare() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < authorities; i++) {
      all.writeBytes(TestTrustDomain.of(Chains.TRUST_DOMAIN).bundle().encoded());
    }
    der = all.toByteArray();
    X509Bundle bundle = X509Bundle.parse(TRUST_DOMAIN, der);
    if (bundle.authorities().size() != authorities) {
      throw new AssertionError("not all authorities are read");
    }
    document = SpiffeBundles.toJson(SpiffeBundle.of(TRUST_DOMAIN).withX509Bundle(bundle));
    javaSpiffeTrustDomain = io.spiffe.spiffeid.TrustDomain.parse(Chains.TRUST_DOMAIN);
  }

  /** Both, from DER. */
  @Benchmark
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(this::x509);
    turns.javaSpiffe += turns.of(this::x509JavaSpiffe);
  }

  /** Ours, from DER. */
  @Benchmark
  public X509Bundle x509() {
    Slowdown.apply();
    return X509Bundle.parse(TRUST_DOMAIN, der);
  }

  /** Java-spiffe's, from DER. */
  @Benchmark
  public io.spiffe.bundle.x509bundle.X509Bundle x509JavaSpiffe() throws Exception {
    return io.spiffe.bundle.x509bundle.X509Bundle.parse(javaSpiffeTrustDomain, der);
  }

  /** A SPIFFE bundle document, which java-spiffe has no reader of. */
  @Benchmark
  public SpiffeBundle spiffe() {
    Slowdown.apply();
    return SpiffeBundles.parse(TRUST_DOMAIN, document);
  }
}
