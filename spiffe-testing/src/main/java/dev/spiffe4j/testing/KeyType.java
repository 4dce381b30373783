package dev.spiffe4j.testing;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** What kind of key an SVID of a {@link TestTrustDomain} has. */
public enum KeyType {
  /** An elliptic curve key on P-256; the default. */
  P256("EC", new ECGenParameterSpec("secp256r1")),
  /** An elliptic curve key on P-384. */
  P384("EC", new ECGenParameterSpec("secp384r1")),
  /** An Ed25519 key. */
  ED25519("Ed25519", NamedParameterSpec.ED25519),
  /** An RSA key of 2048 bits; slow to make. */
  RSA_2048("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4)),
  /** An RSA key of 1024 bits, which a verifier must refuse. */
  RSA_1024("RSA", new RSAKeyGenParameterSpec(1024, RSAKeyGenParameterSpec.F4));

  private final String algorithm;

  @SuppressWarnings("ImmutableEnumChecker") // the JDK's parameter specs do not change
  private final AlgorithmParameterSpec parameters;

  KeyType(String algorithm, AlgorithmParameterSpec parameters) {
    this.algorithm = algorithm;
    this.parameters = parameters;
  }

  KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK makes keys of type " + this, e);
    }
  }
}
