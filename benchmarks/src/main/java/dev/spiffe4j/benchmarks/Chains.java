package dev.spiffe4j.benchmarks;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A root, an intermediate and as many leaves as are asked for, all P-256, in SPIRE's form. The JDK
 * keeps the last 750 certificates it has parsed, and each keeps the key that has verified it: so
 * there have to be more leaves than that, and they have to be parsed again.
 */
final class Chains {
  static final int POOL = Integer.getInteger("spiffe4j.pool", 1200);
  static final String TRUST_DOMAIN = "example.org";

  private static final BouncyCastleProvider BC = new BouncyCastleProvider();

  final X509Certificate root;
  final byte[] intermediate;
  final PublicKey issuerKey;
  final byte[][] leaves = new byte[POOL][];

  /** PKCS#8 with the public key in it, as Go and SPIRE write it. */
  final byte[] leafKey;

  /** The same key without the public one, as the JDK writes it. */
  final PrivateKey leafPrivateKey;

  private final Date notBefore = Date.from(Instant.now().minus(Duration.ofHours(1)));
  private final Date notAfter = Date.from(Instant.now().plus(Duration.ofDays(1)));
  private final JcaX509ExtensionUtils extensions;

  Chains() throws Exception {
    extensions = new JcaX509ExtensionUtils();
    KeyPair rootKeys = keys();
    KeyPair issuerKeys = keys();
    KeyPair leafKeys = keys();
    X500Name rootName = new X500Name("CN=root,O=SPIRE,C=US");
    X500Name issuerName = new X500Name("CN=intermediate,O=SPIRE,C=US");
    root = parse(authority(rootName, rootName, rootKeys.getPublic(), rootKeys));
    intermediate = authority(rootName, issuerName, issuerKeys.getPublic(), rootKeys);
    issuerKey = parse(intermediate).getPublicKey();
    ContentSigner signer = signer(issuerKeys.getPrivate());
    for (int i = 0; i < POOL; i++) {
      leaves[i] = leaf(issuerName, issuerKeys.getPublic(), leafKeys.getPublic(), i, signer);
    }
    leafKey = leafKeys.getPrivate().getEncoded();
    leafPrivateKey = leafKeys.getPrivate();
  }

  static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  static ContentSigner signer(PrivateKey key) throws Exception {
    return new JcaContentSignerBuilder("SHA256withECDSA").setProvider(BC).build(key);
  }

  private byte[] authority(X500Name issuer, X500Name subject, PublicKey key, KeyPair issuerKeys)
      throws Exception {
    return new JcaX509v3CertificateBuilder(
            issuer, BigInteger.TWO, notBefore, notAfter, subject, key)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .addExtension(
            Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            extensions.createAuthorityKeyIdentifier(issuerKeys.getPublic()))
        .addExtension(Extension.subjectAlternativeName, false, uri("spiffe://" + TRUST_DOMAIN))
        .build(signer(issuerKeys.getPrivate()))
        .getEncoded();
  }

  private byte[] leaf(
      X500Name issuer, PublicKey issuerKey, PublicKey key, int index, ContentSigner signer)
      throws Exception {
    return new JcaX509v3CertificateBuilder(
            issuer,
            BigInteger.valueOf(1_000_000L + index),
            notBefore,
            notAfter,
            new X500Name("O=SPIRE,C=US"),
            key)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(
            Extension.keyUsage,
            true,
            new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement))
        .addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}))
        .addExtension(
            Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            extensions.createAuthorityKeyIdentifier(issuerKey))
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            uri("spiffe://" + TRUST_DOMAIN + "/ns/default/sa/web-" + index))
        .build(signer)
        .getEncoded();
  }

  private static GeneralNames uri(String uri) {
    return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
  }

  /** The whole chain of a leaf, as the Workload API and java-spiffe's parser have it. */
  byte[] chain(int index) {
    byte[] leaf = leaves[index];
    byte[] both = new byte[leaf.length + intermediate.length];
    System.arraycopy(leaf, 0, both, 0, leaf.length);
    System.arraycopy(intermediate, 0, both, leaf.length, intermediate.length);
    return both;
  }

  static X509Certificate parse(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
