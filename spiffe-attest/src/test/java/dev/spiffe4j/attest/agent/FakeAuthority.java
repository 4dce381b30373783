package dev.spiffe4j.attest.agent;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that signs for keys it is given. */
final class FakeAuthority {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final X500Name name = new X500Name("C=US,O=SPIFFE,SERIALNUMBER=" + serial());
  private final KeyPair keys = newKeyPair();
  private final X509Certificate certificate;

  FakeAuthority(TrustDomain trustDomain, Instant notBefore, Instant notAfter) {
    X509v3CertificateBuilder builder = builder(name, notBefore, notAfter, keys.getPublic());
    this.certificate =
        sign(
            builder,
            new BasicConstraints(true),
            KeyUsage.keyCertSign | KeyUsage.cRLSign,
            List.of(
                new GeneralName(
                    GeneralName.uniformResourceIdentifier, trustDomain.spiffeId().toString())));
  }

  static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  X509Certificate certificate() {
    return certificate;
  }

  Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }

  X509Certificate sign(
      SpiffeId id, PublicKey key, Instant notBefore, Instant notAfter, List<String> dnsNames) {
    Instant end = notAfter.isBefore(notAfter()) ? notAfter : notAfter();
    List<GeneralName> names = new java.util.ArrayList<>();
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, id.toString()));
    dnsNames.forEach(dns -> names.add(new GeneralName(GeneralName.dNSName, dns)));
    X500Name subject = new X500Name("C=US,O=SPIRE");
    return sign(
        builder(subject, notBefore, end, key),
        new BasicConstraints(false),
        KeyUsage.digitalSignature,
        names);
  }

  private X509v3CertificateBuilder builder(
      X500Name subject, Instant notBefore, Instant notAfter, PublicKey key) {
    return new JcaX509v3CertificateBuilder(
        name, serial(), Date.from(notBefore), Date.from(notAfter), subject, key);
  }

  private X509Certificate sign(
      X509v3CertificateBuilder builder,
      BasicConstraints constraints,
      int usage,
      List<GeneralName> names) {
    try {
      builder.addExtension(Extension.basicConstraints, true, constraints);
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static BigInteger serial() {
    return new BigInteger(127, RANDOM).max(BigInteger.ONE);
  }
}
