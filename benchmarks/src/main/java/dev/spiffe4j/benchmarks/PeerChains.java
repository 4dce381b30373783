package dev.spiffe4j.benchmarks;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Chains of peers, each parsed anew for every iteration, so that no object has been verified. */
@State(Scope.Thread)
public class PeerChains {
  Chains chains;
  X509Bundle bundle;
  io.spiffe.bundle.x509bundle.X509Bundle javaSpiffeBundle;

  private List<List<X509Certificate>> parsed = List.of();
  private int next;

  /** Makes the certificates. */
  void make() throws Exception {
    chains = new Chains();
    bundle = X509Bundle.of(TrustDomain.parse(Chains.TRUST_DOMAIN), List.of(chains.root));
    io.spiffe.spiffeid.TrustDomain trustDomain =
        io.spiffe.spiffeid.TrustDomain.parse(Chains.TRUST_DOMAIN);
    javaSpiffeBundle = new io.spiffe.bundle.x509bundle.X509Bundle(trustDomain);
    javaSpiffeBundle.addX509Authority(chains.root);
  }

  /** Parses them, on another thread, whose CPU time is not counted. */
  @Setup(Level.Iteration)
  public void parse() {
    // On with the next leaf: the first ones are still among those that a verifier remembers.
    parsed = CompletableFuture.supplyAsync(this::parseAll).join();
  }

  private List<List<X509Certificate>> parseAll() {
    try {
      X509Certificate intermediate = Chains.parse(chains.intermediate);
      List<List<X509Certificate>> all = new ArrayList<>();
      for (byte[] leaf : chains.leaves) {
        all.add(List.of(Chains.parse(leaf), intermediate));
      }
      return all;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A chain whose leaf was not verified since it was parsed, or too long ago to be remembered. */
  List<X509Certificate> fresh() {
    List<X509Certificate> chain = parsed.get(next);
    next = (next + 1) % Chains.POOL;
    return chain;
  }

  /** A chain as far from those in use as can be: to the caches of the CPU it is as new. */
  List<X509Certificate> distant() {
    return parsed.get((next + Chains.POOL / 2) % Chains.POOL);
  }
}
