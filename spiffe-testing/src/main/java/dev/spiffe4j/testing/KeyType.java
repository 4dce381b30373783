package dev.spiffe4j.testing;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Optional;
import org.bouncycastle.jcajce.spec.MLDSAParameterSpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** What kind of key an SVID of a {@link TestTrustDomain} has. */
public enum KeyType {
  /** An elliptic curve key on P-256; the default. */
  P256("EC", new ECGenParameterSpec("secp256r1")),
  /** An elliptic curve key on P-384. */
  P384("EC", new ECGenParameterSpec("secp384r1")),
  /** An Ed25519 key. */
  ED25519("Ed25519", NamedParameterSpec.ED25519),
  /** An ML-DSA-65 key, by Bouncy Castle; {@link #provider} says what else can use it. */
  ML_DSA_65("ML-DSA-65", MLDSAParameterSpec.ml_dsa_65),
  /** An RSA key of 2048 bits; slow to make. */
  RSA_2048("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4)),
  /** An RSA key of 1024 bits, which a verifier must refuse. */
  RSA_1024("RSA", new RSAKeyGenParameterSpec(1024, RSAKeyGenParameterSpec.F4));

  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  private final String algorithm;

  @SuppressWarnings("ImmutableEnumChecker") // the JDK's parameter specs do not change
  private final AlgorithmParameterSpec parameters;

  KeyType(String algorithm, AlgorithmParameterSpec parameters) {
    this.algorithm = algorithm;
    this.parameters = parameters;
  }

  /**
   * What holds the private keys of this type, and verifies signatures by them on every JDK.
   *
   * @return Bouncy Castle's provider, which is not registered, or nothing if every JDK has the type
   */
  public Optional<Provider> provider() {
    return this == ML_DSA_65 ? Optional.of(BOUNCY_CASTLE) : Optional.empty();
  }

  KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator =
          this == ML_DSA_65
              ? KeyPairGenerator.getInstance(algorithm, BOUNCY_CASTLE)
              : KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK makes keys of type " + this, e);
    }
  }
}
