package dev.spiffe4j.benchmarks;

import io.spiffe.svid.x509svid.X509SvidValidator;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorResult;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The same by java-spiffe and by the JDK's PKIX, each with the JDK's providers. */
@State(Scope.Thread)
public class X509VerifyRivalsBenchmark extends PeerChains {
  private PKIXParameters parameters;

  /** Makes PKIX's parameters once. */
  @Setup
  public void prepare() throws Exception {
    make();
    parameters = new PKIXParameters(Set.of(new TrustAnchor(chains.root, null)));
    parameters.setRevocationEnabled(false);
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
