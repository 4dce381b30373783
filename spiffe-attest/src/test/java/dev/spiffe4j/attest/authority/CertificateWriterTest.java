package dev.spiffe4j.attest.authority;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.attest.TestRequests;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Another writer, of Bouncy Castle, writes the same bytes. */
class CertificateWriterTest {
  private static final TrustDomain TD = TrustDomain.parse("example.org");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** On both sides of the year in which the form of times changes, and with a short date. */
  private static final List<Instant> ENDS =
      List.of(
          NOW.plus(Duration.ofHours(1)),
          Instant.parse("2049-12-31T23:59:59Z"),
          Instant.parse("2050-01-01T00:00:00Z"));

  private final CertificateWriter writer = new CertificateWriter(new SecureRandom());

  @Test
  @DisplayName("RFC 5280 §4.1 A leaf is the same as by Bouncy Castle's builder, byte for byte")
  void leaves() throws Exception {
    List<PublicKey> keys =
        List.of(
            TestRequests.keys().getPublic(),
            TestRequests.ec("secp384r1").getPublic(),
            TestRequests.rsa(2048).getPublic());
    for (KeyType type : List.of(KeyType.EC_P256, KeyType.EC_P384, KeyType.RSA_2048)) {
      X509Issuer issuer = issuer(type);
      for (PublicKey key : keys) {
        for (Instant end : ENDS) {
          for (List<String> dnsNames : List.of(List.<String>of(), List.of("a.example", "b"))) {
            assertSameLeaf(issuer, key, end, dnsNames);
          }
        }
      }
    }
  }

  @Test
  @DisplayName("RFC 5280 §4.1 An authority is the same as by Bouncy Castle's builder")
  void authorities() throws Exception {
    for (BigInteger serial :
        List.of(
            BigInteger.ONE,
            BigInteger.valueOf(0x80),
            BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE))) {
      SigningKey key = KeyManager.inMemory().generate("key", KeyType.EC_P256);
      X509Certificate written =
          writer.selfSigned(
              CertificateTemplate.authority(TD, serial), serial, key, NOW, ENDS.get(1));
      X500Name name =
          new X500NameBuilder(BCStyle.INSTANCE)
              .addRDN(BCStyle.C, "US")
              .addRDN(BCStyle.O, "SPIFFE")
              .addRDN(BCStyle.SERIALNUMBER, serial.toString())
              .build();
      X509v3CertificateBuilder builder =
          builder(name, serial, ENDS.get(1), name, key.publicKey())
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key.publicKey()));
      assertThat(written.getEncoded())
          .isEqualTo(encoded(builder, List.of(), "spiffe://example.org", written));
      written.verify(key.publicKey());
    }
  }

  private X509Issuer issuer(KeyType type) {
    SigningKey key = KeyManager.inMemory().generate("key", type);
    BigInteger serial = writer.serialNumber();
    X509Certificate certificate =
        writer.selfSigned(CertificateTemplate.authority(TD, serial), serial, key, NOW, ENDS.get(2));
    return new X509Issuer(
        key, certificate, List.of(), X509Bundle.of(TD, List.of(certificate)), NOW);
  }

  private void assertSameLeaf(X509Issuer issuer, PublicKey key, Instant end, List<String> dnsNames)
      throws Exception {
    SpiffeId id = SpiffeId.of(TD, "ns", "default", "sa", "web");
    X509Certificate written =
        writer.signedBy(issuer, CertificateTemplate.leaf(id, dnsNames), key, NOW, end);
    X500NameBuilder subject =
        new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.C, "US").addRDN(BCStyle.O, "SPIRE");
    if (!dnsNames.isEmpty()) {
      subject.addRDN(BCStyle.CN, dnsNames.get(0));
    }
    X500Name issuerName =
        X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
    X509v3CertificateBuilder builder =
        builder(issuerName, written.getSerialNumber(), end, subject.build(), key)
            .addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(
                    KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.keyAgreement))
            .addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                    new KeyPurposeId[] {
                      KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
            .addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key))
            .addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(X509Issuer.subjectKeyId(issuer.certificate())));
    assertThat(written.getEncoded()).isEqualTo(encoded(builder, dnsNames, id.toString(), written));
    written.verify(issuer.key().publicKey());
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, BigInteger serial, Instant end, X500Name subject, PublicKey key) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        serial,
        Date.from(NOW.minus(CertificateWriter.BACKDATED)),
        Date.from(end),
        subject,
        key);
  }

  /** Signatures are random: the other certificate gets the one that there is. */
  private static byte[] encoded(
      X509v3CertificateBuilder builder, List<String> dnsNames, String id, X509Certificate written)
      throws Exception {
    List<GeneralName> names = new ArrayList<>();
    dnsNames.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, id));
    return builder
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(GeneralName[]::new)))
        .build(new SignatureOf(written))
        .getEncoded();
  }

  private record SignatureOf(X509Certificate certificate) implements ContentSigner {
    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return new DefaultSignatureAlgorithmIdentifierFinder().find(certificate.getSigAlgName());
    }

    @Override
    public java.io.OutputStream getOutputStream() {
      return java.io.OutputStream.nullOutputStream();
    }

    @Override
    public byte[] getSignature() {
      return certificate.getSignature();
    }
  }
}
