package dev.spiffe4j;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Authorities and SVIDs for the tests of documents. */
final class TestPki {
  static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");
  static final TrustDomain OTHER = TrustDomain.parse("other.test");
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static final AtomicLong SERIAL = new AtomicLong(1);
  private static final int CA_USAGE = KeyUsage.keyCertSign | KeyUsage.cRLSign;

  private TestPki() {}

  /** A certificate and the keys of its subject. */
  record Signer(X509Certificate certificate, KeyPair keys) {
    Signer intermediate() {
      KeyPair own = TestPki.keys("EC", 256);
      return new Signer(sign(this, "CN=intermediate", own, null, true, CA_USAGE), own);
    }

    X509Certificate leaf(KeyPair leafKeys, String uri) {
      return sign(this, "CN=leaf", leafKeys, uri, false, KeyUsage.digitalSignature);
    }

    X509Svid svid(String path) {
      return svid("EC", 256, path);
    }

    X509Svid svid(String algorithm, int size, String path) {
      KeyPair leafKeys = TestPki.keys(algorithm, size);
      return X509Svid.of(
          leafKeys.getPrivate(), List.of(leaf(leafKeys, "spiffe://example.org" + path)));
    }
  }

  static Signer authority() {
    return authority("EC", 256);
  }

  static Signer authority(String algorithm, int size) {
    KeyPair own = keys(algorithm, size);
    return new Signer(sign(null, "CN=root", own, null, true, CA_USAGE), own);
  }

  /** A certificate that says CA and may not sign certificates, or the other way round. */
  static X509Certificate halfAuthority(boolean ca, int keyUsage) {
    return sign(null, "CN=half", keys("EC", 256), null, ca, keyUsage);
  }

  static X509Bundle bundle(TrustDomain trustDomain, Signer... authorities) {
    X509Bundle bundle = X509Bundle.of(trustDomain, List.of());
    for (Signer authority : authorities) {
      bundle = bundle.withAuthority(authority.certificate());
    }
    return bundle;
  }

  static KeyPair keys(String algorithm, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (size > 0) {
        generator.initialize(size);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static X509Certificate sign(
      @Nullable Signer issuer,
      String subject,
      KeyPair keys,
      @Nullable String uri,
      boolean ca,
      int keyUsage) {
    X500Name name = new X500Name(subject);
    X500Name issuerName =
        issuer == null
            ? name
            : X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
    KeyPair signing = issuer == null ? keys : issuer.keys();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              issuerName,
              BigInteger.valueOf(SERIAL.getAndIncrement()),
              Date.from(NOW.minus(Duration.ofHours(1))),
              Date.from(NOW.plus(Duration.ofHours(1))),
              name,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
      if (uri != null) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
      }
      String algorithm =
          switch (signing.getPrivate().getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
          };
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder(algorithm).build(signing.getPrivate())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
