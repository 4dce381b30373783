package dev.spiffe4j.attest;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** Keys and PKCS#10 requests, good and bad. */
public final class TestRequests {
  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

  private TestRequests() {}

  public static KeyPair keys() {
    return ec("secp256r1");
  }

  public static KeyPair ec(String curve) {
    return generate("EC", new ECGenParameterSpec(curve));
  }

  public static KeyPair rsa(int bits) {
    return generate("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
  }

  private static KeyPair generate(String algorithm, AlgorithmParameterSpec parameters) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, PROVIDER);
      generator.initialize(parameters);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static byte[] csr(KeyPair keys) {
    return csr(keys, keys, "C=US,O=SPIRE", null, signature(keys));
  }

  private static String signature(KeyPair keys) {
    return keys.getPublic().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
  }

  /** A request for one key, signed with another. */
  @SuppressWarnings("exports") // tests are no API
  public static byte[] csr(
      KeyPair keys,
      KeyPair signer,
      String subject,
      @Nullable Extensions extensions,
      String algorithm) {
    try {
      PKCS10CertificationRequestBuilder builder =
          new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic());
      if (extensions != null) {
        builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions);
      }
      return builder
          .build(
              new JcaContentSignerBuilder(algorithm)
                  .setProvider(PROVIDER)
                  .build(signer.getPrivate()))
          .getEncoded();
    } catch (IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }
}
