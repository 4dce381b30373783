package dev.spiffe4j.benchmarks;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.VerifiedJwtSvid;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Verification of JWT-SVIDs with each provider, and the bare check of one signature. */
@State(Scope.Thread)
public class JwtVerifyBenchmark {
  @Param({Providers.JDK, Providers.BC, Providers.ACCP})
  String provider;

  @Param({"ES256", "RS256"})
  String algorithm;

  private Tokens tokens;
  private String[] pool;
  private int next;
  private JwtSvidVerifier verifier;
  private SignatureProvider choice;
  private Signature signature;
  private PublicKey key;
  private byte[] input;
  private byte[] signed;

  /** Makes the tokens, and proves that the first one verifies. */
  @Setup
  public void prepare() throws GeneralSecurityException {
    tokens = new Tokens(algorithm);
    pool = tokens.pool();
    choice = Providers.choice(provider);
    verifier = verifier();
    verifier.verify(pool[0]);
    prepareSignature();
  }

  private JwtSvidVerifier verifier() {
    return JwtSvidVerifier.builder(trustDomain -> Optional.of(tokens.bundle), Tokens.AUDIENCE)
        .signatureProvider(choice)
        .build();
  }

  private void prepareSignature() throws GeneralSecurityException {
    Signature signer = Signature.getInstance(tokens.signatureAlgorithm());
    signer.initSign(tokens.keys.getPrivate());
    input = pool[0].substring(0, pool[0].lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
    signer.update(input);
    signed = signer.sign();
    Provider bare = Providers.provider(provider, tokens.keyAlgorithm());
    signature = Signature.getInstance(tokens.signatureAlgorithm(), bare);
    key =
        KeyFactory.getInstance(tokens.keyAlgorithm(), bare)
            .generatePublic(new X509EncodedKeySpec(tokens.keys.getPublic().getEncoded()));
  }

  /** One of many tokens, by a verifier that has seen the bundle. */
  @Benchmark
  public VerifiedJwtSvid spiffe4j() {
    Slowdown.apply();
    next = (next + 1) % Tokens.POOL;
    return verifier.verify(pool[next]);
  }

  /** The same token again. */
  @Benchmark
  public VerifiedJwtSvid again() {
    Slowdown.apply();
    return verifier.verify(pool[0]);
  }

  /** By a verifier that has seen nothing. */
  @Benchmark
  public VerifiedJwtSvid cold() {
    Slowdown.apply();
    next = (next + 1) % Tokens.POOL;
    return verifier().verify(pool[next]);
  }

  /** One of many tokens, and the limit. */
  @Benchmark
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(this::spiffe4j);
    turns.limit += turns.of(this::signature);
  }

  /** The limit: one check of one signature with a kept key. */
  @Benchmark
  public boolean signature() throws GeneralSecurityException {
    signature.initVerify(key);
    signature.update(input);
    return signature.verify(signed);
  }
}
