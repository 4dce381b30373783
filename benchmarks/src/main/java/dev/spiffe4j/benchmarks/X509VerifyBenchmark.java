package dev.spiffe4j.benchmarks;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509SvidVerifier;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Verification of an X.509-SVID with each provider, and the bare check of one signature. */
@State(Scope.Thread)
public class X509VerifyBenchmark extends PeerChains {
  @Param({Providers.JDK, Providers.BC, Providers.ACCP})
  String provider;

  private X509SvidVerifier verifier;
  private List<X509Certificate> known;
  private SignatureProvider choice;
  private Signature signature;
  private PublicKey issuerKey;

  /** Lets the verifier see the intermediate, and proves that it accepts. */
  @Setup
  public void prepare() throws Exception {
    make();
    choice = Providers.choice(provider);
    verifier = verifier();
    known = List.of(Chains.parse(chains.leaves[0]), Chains.parse(chains.intermediate));
    verifier.verify(known);
    Provider bare = Providers.provider(provider, "EC");
    signature = Signature.getInstance("SHA256withECDSA", bare);
    issuerKey =
        KeyFactory.getInstance("EC", bare)
            .generatePublic(new X509EncodedKeySpec(chains.issuerKey.getEncoded()));
  }

  private X509SvidVerifier verifier() {
    return X509SvidVerifier.builder(trustDomain -> Optional.of(bundle))
        .signatureProvider(choice)
        .build();
  }

  /** A peer never seen, whose intermediate was. */
  @Benchmark
  public VerifiedPeer freshLeaf() {
    Slowdown.apply();
    return verifier.verify(fresh());
  }

  /** Nothing seen before: the bundle is read, and two signatures are checked. */
  @Benchmark
  public VerifiedPeer cold() {
    Slowdown.apply();
    return verifier().verify(fresh());
  }

  /** The same peer again, under the same bundle. */
  @Benchmark
  public VerifiedPeer again() {
    Slowdown.apply();
    return verifier.verify(known);
  }

  /** A peer never seen, and the limit for another one. */
  @Benchmark
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(this::freshLeaf);
    turns.limit += turns.of(() -> isSigned(distant().get(0)));
  }

  /** The limit: one check of one signature with a kept key. */
  @Benchmark
  public boolean signature() throws GeneralSecurityException {
    return isSigned(fresh().get(0));
  }

  private boolean isSigned(X509Certificate leaf) throws GeneralSecurityException {
    signature.initVerify(issuerKey);
    signature.update(leaf.getTBSCertificate());
    return signature.verify(leaf.getSignature());
  }
}
