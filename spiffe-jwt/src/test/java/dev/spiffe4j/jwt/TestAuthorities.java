package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestTokens.NOW;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Certificates of authorities and leaves, and their forms in bundles written by hand. */
final class TestAuthorities {
  private static final AtomicLong SERIAL = new AtomicLong(1);

  static final TrustDomain OTHER = TrustDomain.parse("other.test");

  static final X509Certificate EC = authority(TestTokens.P256);
  static final X509Certificate P384 = authority(TestTokens.P384);
  static final X509Certificate RSA = authority(TestTokens.RSA);
  static final KeyPair ED25519_KEYS = ed25519();
  static final X509Certificate ED25519 = authority(ED25519_KEYS);
  static final X509Certificate LEAF = leaf("spiffe://example.org/web", TestTokens.P256);

  private TestAuthorities() {}

  static X509Certificate authority(KeyPair keys) {
    return authority(keys.getPublic(), keys.getPrivate());
  }

  static X509Certificate authority(PublicKey key, PrivateKey signer) {
    return certificate(
        SubjectPublicKeyInfo.getInstance(key.getEncoded()), signer, "CN=root", true, null);
  }

  /** A certificate of any bytes for a key. */
  static X509Certificate authority(SubjectPublicKeyInfo key) {
    return certificate(key, TestTokens.P256.getPrivate(), "CN=root", true, null);
  }

  /** A leaf that an authority of these keys signed. */
  static X509Certificate leaf(String uri, KeyPair issuer) {
    GeneralNames names =
        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    return certificate(
        SubjectPublicKeyInfo.getInstance(TestTokens.P256.getPublic().getEncoded()),
        issuer.getPrivate(),
        "CN=leaf",
        false,
        names);
  }

  private static X509Certificate certificate(
      SubjectPublicKeyInfo key,
      PrivateKey signer,
      String subject,
      boolean ca,
      @Nullable GeneralNames names) {
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            new X500Name("CN=root"),
            BigInteger.valueOf(SERIAL.getAndIncrement()),
            Date.from(NOW.minus(Duration.ofHours(1))),
            Date.from(NOW.plus(Duration.ofHours(1))),
            new X500Name(subject),
            key);
    String algorithm =
        switch (signer.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> "Ed25519";
        };
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(ca ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
      if (names != null) {
        builder.addExtension(Extension.subjectAlternativeName, false, names);
      }
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer)));
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair ed25519() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static X509Bundle bundle(X509Certificate... authorities) {
    return X509Bundle.of(TestTokens.TRUST_DOMAIN, List.of(authorities));
  }

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  static String base64(X509Certificate certificate) {
    return Base64.getEncoder().encodeToString(der(certificate));
  }
}
