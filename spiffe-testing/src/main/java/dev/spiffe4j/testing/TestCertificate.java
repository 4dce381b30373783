package dev.spiffe4j.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** One certificate to be signed, in the form of SPIRE's templates. Not thread-safe. */
final class TestCertificate {
  /** A certificate that signs others, and its key. */
  record Signer(X509Certificate certificate, PrivateKey privateKey) {}

  private static final ExtendedKeyUsage SERVER_AND_CLIENT =
      new ExtendedKeyUsage(
          new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth});

  private final String subject;
  private final Instant notBefore;
  private final Instant notAfter;
  private final List<GeneralName> names = new ArrayList<>();
  private final List<Extension> extensions = new ArrayList<>();
  private BasicConstraints constraints = new BasicConstraints(false);
  private int keyUsage;

  private TestCertificate(String subject, Instant notBefore, Instant notAfter) {
    this.subject = subject;
    this.notBefore = notBefore;
    this.notAfter = notAfter;
  }

  static TestCertificate authority(String subject, Instant notBefore, Instant notAfter) {
    TestCertificate template = new TestCertificate(subject, notBefore, notAfter);
    template.constraints = new BasicConstraints(true);
    template.keyUsage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
    return template;
  }

  static TestCertificate leaf(String subject, Instant notBefore, Instant notAfter) {
    TestCertificate template = new TestCertificate(subject, notBefore, notAfter);
    template.keyUsage =
        KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.keyAgreement;
    return template;
  }

  TestCertificate uri(String uri) {
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    return this;
  }

  TestCertificate dns(String name) {
    names.add(new GeneralName(GeneralName.dNSName, name));
    return this;
  }

  TestCertificate ca(boolean ca) {
    this.constraints = new BasicConstraints(ca);
    return this;
  }

  TestCertificate pathLength(int length) {
    this.constraints = new BasicConstraints(length);
    return this;
  }

  /** Exactly these usages; none for a certificate without the extension. */
  TestCertificate onlyUsedFor(int keyUsageBits) {
    keyUsage = keyUsageBits;
    return this;
  }

  /** Lets an authority have URI names of one host below it. */
  TestCertificate onlyFor(String host) {
    GeneralSubtree subtree =
        new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host));
    byte[] value;
    try {
      value = new NameConstraints(new GeneralSubtree[] {subtree}, null).getEncoded();
    } catch (IOException e) {
      throw new AssertionError("everything that is made here can be encoded", e);
    }
    return extension(Extension.nameConstraints.getId(), true, value);
  }

  TestCertificate extension(String oid, boolean isCritical, byte[] value) {
    extensions.add(
        new Extension(new ASN1ObjectIdentifier(oid), isCritical, new DEROctetString(value)));
    return this;
  }

  TestCertificate alsoUsedFor(int keyUsageBits) {
    keyUsage |= keyUsageBits;
    return this;
  }

  Signer selfSigned(KeyPair keys, SecureRandom random) {
    X500Name name = new X500Name(subject);
    X509v3CertificateBuilder builder = builder(name, keys.getPublic(), random);
    return new Signer(sign(builder, keys.getPublic(), null, keys.getPrivate()), keys.getPrivate());
  }

  X509Certificate signedBy(Signer issuer, PublicKey key, SecureRandom random) {
    X500Name name =
        X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
    return sign(builder(name, key, random), key, issuer.certificate(), issuer.privateKey());
  }

  private X509v3CertificateBuilder builder(X500Name issuer, PublicKey key, SecureRandom random) {
    // Positive, and 16 bytes at the most.
    BigInteger serial = new BigInteger(127, random).max(BigInteger.ONE);
    return new JcaX509v3CertificateBuilder(
        issuer, serial, Date.from(notBefore), Date.from(notAfter), new X500Name(subject), key);
  }

  private X509Certificate sign(
      X509v3CertificateBuilder builder,
      PublicKey key,
      @Nullable X509Certificate issuer,
      PrivateKey issuerKey) {
    try {
      addExtensions(builder, key, issuer);
      var signer = signer(issuerKey);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalArgumentException("a certificate of these parts cannot be made", e);
    }
  }

  private void addExtensions(
      X509v3CertificateBuilder builder, PublicKey key, @Nullable X509Certificate issuer)
      throws CertIOException, GeneralSecurityException {
    JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.basicConstraints, true, constraints);
    if (keyUsage != 0) {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
    }
    for (Extension extension : extensions) {
      builder.addExtension(extension);
    }
    if (!constraints.isCA()) {
      builder.addExtension(Extension.extendedKeyUsage, false, SERVER_AND_CLIENT);
    }
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(key));
    if (issuer != null) {
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          utils.createAuthorityKeyIdentifier(issuer.getPublicKey()));
    }
    if (!names.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
  }

  private static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
    JcaContentSignerBuilder builder = new JcaContentSignerBuilder(signatureAlgorithm(key));
    if (isMlDsa(key)) {
      KeyType.ML_DSA_65.provider().ifPresent(builder::setProvider);
    }
    return builder.build(key);
  }

  private static boolean isMlDsa(PrivateKey key) {
    return key.getAlgorithm().startsWith("ML-DSA");
  }

  private static String signatureAlgorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> isMlDsa(key) ? key.getAlgorithm() : "Ed25519";
    };
  }
}
