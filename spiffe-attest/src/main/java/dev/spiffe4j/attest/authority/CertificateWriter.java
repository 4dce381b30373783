package dev.spiffe4j.attest.authority;

import dev.spiffe4j.attest.authority.AuthorityException.Reason;
import java.math.BigInteger;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.jspecify.annotations.Nullable;

/** Makes certificates of templates. Thread-safe. */
final class CertificateWriter {
  /** Clocks of verifiers may be a little behind. */
  static final Duration BACKDATED = Duration.ofSeconds(10);

  private static final int SERIAL_BITS = 128;

  private static final ExtendedKeyUsage SERVER_AND_CLIENT =
      new ExtendedKeyUsage(
          new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth});

  private final SecureRandom random;

  CertificateWriter(SecureRandom random) {
    this.random = random;
  }

  /** A serial number: uniform in 1 to 2^128 - 1. */
  BigInteger serialNumber() {
    BigInteger serial = new BigInteger(SERIAL_BITS, random);
    while (serial.signum() == 0) {
      serial = new BigInteger(SERIAL_BITS, random);
    }
    return serial;
  }

  X509Certificate selfSigned(
      CertificateTemplate template, BigInteger serial, SigningKey key, Instant now, Instant end) {
    X509v3CertificateBuilder builder =
        builder(template, template.subject(), serial, key.publicKey(), now, end);
    return sign(builder, template, key.publicKey(), key, null);
  }

  X509Certificate signedBy(
      X509Issuer issuer, CertificateTemplate template, PublicKey key, Instant now, Instant end) {
    X500Name name =
        X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
    X509v3CertificateBuilder builder = builder(template, name, serialNumber(), key, now, end);
    byte[] issuerKeyId = X509Issuer.subjectKeyId(issuer.certificate());
    return sign(builder, template, key, issuer.key(), new AuthorityKeyIdentifier(issuerKeyId));
  }

  private static X509v3CertificateBuilder builder(
      CertificateTemplate template,
      X500Name issuer,
      BigInteger serial,
      PublicKey key,
      Instant now,
      Instant end) {
    Date notBefore = Date.from(now.minus(BACKDATED));
    return new JcaX509v3CertificateBuilder(
        issuer, serial, notBefore, Date.from(end), template.subject(), key);
  }

  private static X509Certificate sign(
      X509v3CertificateBuilder builder,
      CertificateTemplate template,
      PublicKey key,
      SigningKey issuerKey,
      @Nullable AuthorityKeyIdentifier issuerKeyId) {
    try {
      addExtensions(builder, template, key);
      if (issuerKeyId != null) {
        builder.addExtension(Extension.authorityKeyIdentifier, false, issuerKeyId);
      }
      builder.addExtension(Extension.subjectAlternativeName, false, names(template));
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new CertificateSigner(issuerKey)));
    } catch (CertIOException | NoSuchAlgorithmException e) {
      throw new AssertionError("every extension of a template has an encoding", e);
    } catch (CertificateException e) {
      throw new AuthorityException(Reason.BAD_RESULT, "the JDK does not read the certificate", e);
    }
  }

  private static void addExtensions(
      X509v3CertificateBuilder builder, CertificateTemplate template, PublicKey key)
      throws CertIOException, NoSuchAlgorithmException {
    // X509-SVID §4.3: key usage is critical.
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(template.keyUsage()));
    if (!template.authority()) {
      // X509-SVID §4.4: serverAuth and clientAuth.
      builder.addExtension(Extension.extendedKeyUsage, false, SERVER_AND_CLIENT);
    }
    // X509-SVID §4.1: cA says which of the two it is.
    builder.addExtension(
        Extension.basicConstraints, true, new BasicConstraints(template.authority()));
    // RFC 5280 §4.2.1.2 method 1: SHA-1 names the key and secures nothing.
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
  }

  private static GeneralNames names(CertificateTemplate template) {
    List<GeneralName> names = new ArrayList<>();
    for (String name : template.dnsNames()) {
      names.add(new GeneralName(GeneralName.dNSName, name));
    }
    // X509-SVID §2: one URI SAN, the registered ID byte for byte.
    String id = template.spiffeId().toString();
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, id));
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }
}
