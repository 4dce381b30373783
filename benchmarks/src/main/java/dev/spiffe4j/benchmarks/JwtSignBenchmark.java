package dev.spiffe4j.benchmarks;

import dev.spiffe4j.jwt.JwtSvidSigner;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Signing of JWT-SVIDs with each provider, and the bare signature. */
@State(Scope.Thread)
public class JwtSignBenchmark {
  @Param({Providers.JDK, Providers.BC, Providers.ACCP})
  String provider;

  private Tokens tokens;
  private JwtSvidSigner signer;
  private Signature signature;
  private PrivateKey key;
  private byte[] input;
  private int next;

  /** Makes the key. */
  @Setup
  public void prepare() throws GeneralSecurityException {
    tokens = new Tokens("ES256");
    signer = tokens.signer(provider);
    input = tokens.token(signer, 0).getBytes(StandardCharsets.US_ASCII);
    Provider bare = Providers.provider(provider, "EC");
    signature = Signature.getInstance("SHA256withECDSA", bare);
    key =
        KeyFactory.getInstance("EC", bare)
            .generatePrivate(new PKCS8EncodedKeySpec(tokens.keys.getPrivate().getEncoded()));
  }

  /** A token. */
  @Benchmark
  public String spiffe4j() {
    Slowdown.apply();
    next = (next + 1) % Tokens.POOL;
    return tokens.token(signer, next);
  }

  /** The limit: the signature alone. */
  @Benchmark
  public byte[] signature() throws GeneralSecurityException {
    signature.initSign(key);
    signature.update(input);
    return signature.sign();
  }
}
