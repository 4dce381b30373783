package dev.spiffe4j.attest.agent;

import dev.spiffe4j.attest.crypto.BouncyCastle;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** What kind of key an agent makes for an SVID. */
public enum SvidKeyType {
  /** An elliptic curve key on P-256; the default. */
  EC_P256("EC", new ECGenParameterSpec("secp256r1"), "SHA256withECDSA"),
  /** An elliptic curve key on P-384. */
  EC_P384("EC", new ECGenParameterSpec("secp384r1"), "SHA384withECDSA"),
  /** An RSA key of 2048 bits; takes a thousand times as long to make. */
  RSA_2048("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4), "SHA256withRSA");

  private final String algorithm;

  @SuppressWarnings("ImmutableEnumChecker") // the JDK's parameter specs do not change
  private final AlgorithmParameterSpec parameters;

  private final String signatureAlgorithm;

  SvidKeyType(String algorithm, AlgorithmParameterSpec parameters, String signatureAlgorithm) {
    this.algorithm = algorithm;
    this.parameters = parameters;
    this.signatureAlgorithm = signatureAlgorithm;
  }

  KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, BouncyCastle.provider());
      generator.initialize(parameters, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Bouncy Castle makes keys of type " + this, e);
    }
  }

  String signatureAlgorithm() {
    return signatureAlgorithm;
  }
}
