package dev.spiffe4j;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate to be issued: good as it begins, and as bad as it is asked to be. */
final class TestCertificate {
  /** An issued certificate and its key. */
  record Issued(X509Certificate certificate, KeyPair keys) {
    PrivateKey privateKey() {
      return keys.getPrivate();
    }
  }

  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");
  static final String WEB = "spiffe://example.org/web";

  /** Knows PSS by the names of certificates, and signs with algorithms that nobody should. */
  private static final Provider PROVIDER = new BouncyCastleProvider();

  private static long serials = 1;

  private final Map<ASN1ObjectIdentifier, Extension> extensions = new LinkedHashMap<>();
  private String subject;
  private KeyPair keys = ec("secp256r1");
  private Instant notBefore = NOW.minusSeconds(10);
  private Instant notAfter = NOW.plus(Duration.ofHours(1));
  private String algorithm = "";
  private boolean keyIdentifiers = true;

  private TestCertificate(String subject) {
    this.subject = subject;
  }

  /** A good leaf for {@link #WEB}. */
  static TestCertificate leaf() {
    return leaf(WEB);
  }

  static TestCertificate leaf(String... uris) {
    return new TestCertificate("C=US,O=SPIRE")
        .with(Extension.basicConstraints, true, new BasicConstraints(false))
        .keyUsage(KeyUsage.digitalSignature)
        .purposes(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth)
        .uris(uris);
  }

  /** A good authority. */
  static TestCertificate authority(String name) {
    return new TestCertificate("C=US,O=SPIFFE,CN=" + name)
        .with(Extension.basicConstraints, true, new BasicConstraints(true))
        .keyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)
        .uris("spiffe://example.org")
        .validity(NOW.minusSeconds(10), NOW.plus(Duration.ofDays(1)));
  }

  static Issued root(String name) {
    return authority(name).selfSigned();
  }

  TestCertificate subject(String subject) {
    this.subject = subject;
    return this;
  }

  TestCertificate keys(KeyPair keys) {
    this.keys = keys;
    return this;
  }

  TestCertificate validity(Instant notBefore, Instant notAfter) {
    this.notBefore = notBefore;
    this.notAfter = notAfter;
    return this;
  }

  /** What the issuer signs with, if not what its key suggests. */
  TestCertificate algorithm(String algorithm) {
    this.algorithm = algorithm;
    return this;
  }

  TestCertificate withoutKeyIdentifiers() {
    this.keyIdentifiers = false;
    return this;
  }

  TestCertificate keyUsage(int bits) {
    return with(Extension.keyUsage, true, new KeyUsage(bits));
  }

  TestCertificate purposes(KeyPurposeId... purposes) {
    return with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
  }

  TestCertificate ca(boolean ca) {
    return with(Extension.basicConstraints, true, new BasicConstraints(ca));
  }

  TestCertificate pathLength(int length) {
    return with(Extension.basicConstraints, true, new BasicConstraints(length));
  }

  TestCertificate uris(String... uris) {
    ASN1Encodable[] names = new ASN1Encodable[uris.length];
    for (int i = 0; i < uris.length; i++) {
      names[i] = uri(uris[i]);
    }
    return names(names);
  }

  /** A URI name of the very bytes of a text, each character one byte. */
  static ASN1Encodable uri(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new DERTaggedObject(false, 6, new DEROctetString(bytes));
  }

  static ASN1Encodable dns(String name) {
    return new GeneralName(GeneralName.dNSName, name);
  }

  /** A SAN extension that is not critical, so that the JDK lets odd ones through. */
  TestCertificate names(ASN1Encodable... names) {
    return with(Extension.subjectAlternativeName, false, new DERSequence(names));
  }

  TestCertificate with(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
    try {
      return with(oid, critical, value.toASN1Primitive().getEncoded());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  TestCertificate with(ASN1ObjectIdentifier oid, boolean critical, byte[] value) {
    extensions.put(oid, new Extension(oid, critical, value));
    return this;
  }

  TestCertificate without(ASN1ObjectIdentifier oid) {
    extensions.remove(oid);
    return this;
  }

  Issued selfSigned() {
    return new Issued(parse(der(new X500Name(subject), keys)), keys);
  }

  Issued issuedBy(Issued issuer) {
    return new Issued(parse(derIssuedBy(issuer)), keys);
  }

  /** The bytes of a certificate that the JDK may refuse to parse. */
  byte[] derIssuedBy(Issued issuer) {
    byte[] name = issuer.certificate().getSubjectX500Principal().getEncoded();
    return der(X500Name.getInstance(name), issuer.keys());
  }

  private byte[] der(X500Name issuer, KeyPair issuerKeys) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            nextSerial(),
            Date.from(notBefore),
            Date.from(notAfter),
            new X500Name(subject),
            keys.getPublic());
    try {
      if (keyIdentifiers) {
        JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
        builder.addExtension(
            Extension.subjectKeyIdentifier,
            false,
            utils.createSubjectKeyIdentifier(keys.getPublic()));
        builder.addExtension(
            Extension.authorityKeyIdentifier,
            false,
            utils.createAuthorityKeyIdentifier(issuerKeys.getPublic()));
      }
      for (Extension extension : extensions.values()) {
        builder.addExtension(extension);
      }
      return builder.build(signer(issuerKeys.getPrivate())).getEncoded();
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  private ContentSigner signer(PrivateKey key) throws OperatorCreationException {
    String suggested =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> "Ed25519";
        };
    return algorithm.isEmpty()
        ? new JcaContentSignerBuilder(suggested).build(key)
        : new JcaContentSignerBuilder(algorithm).setProvider(PROVIDER).build(key);
  }

  private static synchronized BigInteger nextSerial() {
    return BigInteger.valueOf(serials++);
  }

  static X509Certificate parse(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The same certificate with the signature algorithm outside of the signed part exchanged. */
  static byte[] withOuterAlgorithm(X509Certificate certificate, String oid) {
    try {
      X509CertificateHolder holder = new X509CertificateHolder(certificate.getEncoded());
      ASN1EncodableVector parts = new ASN1EncodableVector();
      parts.add(holder.toASN1Structure().getTBSCertificate());
      parts.add(new DERSequence(new ASN1ObjectIdentifier(oid)));
      parts.add(holder.toASN1Structure().getSignature());
      return new DERSequence(parts).getEncoded();
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static KeyPair ec(String curve) {
    return generate("EC", new ECGenParameterSpec(curve), 0);
  }

  static KeyPair rsa(int bits) {
    return generate("RSA", null, bits);
  }

  static KeyPair ed25519() {
    return generate("Ed25519", null, 0);
  }

  private static KeyPair generate(
      String algorithm, @Nullable AlgorithmParameterSpec spec, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (spec != null) {
        generator.initialize(spec);
      } else if (bits > 0) {
        generator.initialize(bits);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static X509Bundle bundle(X509Certificate... authorities) {
    return X509Bundle.of(TRUST_DOMAIN, List.of(authorities));
  }
}
