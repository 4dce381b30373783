package dev.spiffe4j.benchmarks;

import io.spiffe.svid.x509svid.X509SvidValidator;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorResult;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The same by java-spiffe and by the JDK's PKIX, each with the JDK's providers. */
@State(Scope.Thread)
public class X509VerifyRivalsBenchmark extends PeerChains {
  private static final int WARM_UPS = 6;

  private final X509VerifyBenchmark ours = new X509VerifyBenchmark();
  private PKIXParameters parameters;

  /** Makes PKIX's parameters once. */
  @Setup
  public void prepare() throws Exception {
    ours.provider = Providers.JDK;
    ours.prepare();
    make();
    parameters = new PKIXParameters(Set.of(new TrustAnchor(chains.root, null)));
    parameters.setRevocationEnabled(false);
    for (int i = 0; i < WARM_UPS; i++) {
      parse();
      Providers.warmUp(ours::freshLeaf, this::javaSpiffe, this::pkix);
    }
  }

  @Override
  @Setup(Level.Iteration)
  public void parse() {
    ours.parse();
    super.parse();
  }

  /** A peer never seen, by us and both of them, with the JDK's providers. */
  @Benchmark
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(ours::freshLeaf);
    turns.javaSpiffe += turns.of(this::javaSpiffe);
    turns.jdk += turns.of(this::pkix);
  }

  /** A peer never seen, by java-spiffe. */
  @Benchmark
  public Object javaSpiffe() throws Exception {
    var chain = fresh();
    X509SvidValidator.verifyChain(chain, javaSpiffeBundle);
    return chain;
  }

  /** A peer never seen, by PKIX. */
  @Benchmark
  public CertPathValidatorResult pkix() throws Exception {
    return CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(fresh()), parameters);
  }
}
