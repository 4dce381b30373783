package dev.spiffe4j.workloadapi;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Svid;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of one trust domain, with a clock that stands still. */
public final class TestAuthority {
  public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final TrustDomain trustDomain;
  private final X500Name name;
  private final KeyPair keys = newKeys();
  private final AtomicLong serial = new AtomicLong(1);
  private final X509Certificate certificate;

  public TestAuthority(String trustDomain) {
    this.trustDomain = TrustDomain.parse(trustDomain);
    this.name = new X500Name("CN=" + trustDomain);
    this.certificate = anotherCertificate();
  }

  /** The authority's certificate once more, with another serial number. */
  public X509Certificate anotherCertificate() {
    return issue(
        name,
        keys,
        trustDomain.spiffeId().toString(),
        NOW.plus(Duration.ofDays(365)),
        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign),
        true);
  }

  public TrustDomain trustDomain() {
    return trustDomain;
  }

  public KeyPair keys() {
    return keys;
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public X509Bundle bundle() {
    return X509Bundle.of(trustDomain, List.of(certificate));
  }

  public X509Svid svid(String... path) {
    return svid(NOW.plus(Duration.ofHours(1)), path);
  }

  public X509Svid svid(Instant expiresAt, String... path) {
    KeyPair leaf = newKeys();
    SpiffeId id = SpiffeId.of(trustDomain, path);
    PrivateKey key = leaf.getPrivate();
    return X509Svid.of(
        key,
        List.of(
            issue(
                new X500Name("CN=leaf"),
                leaf,
                id.toString(),
                expiresAt,
                new KeyUsage(KeyUsage.digitalSignature),
                false)));
  }

  /** A revocation list that names certificates of this authority. */
  public byte[] revocationList(X509Svid... revoked) {
    try {
      X509v2CRLBuilder list = new X509v2CRLBuilder(name, Date.from(NOW));
      list.setNextUpdate(Date.from(NOW.plus(Duration.ofDays(1))));
      list.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.ONE));
      for (X509Svid svid : revoked) {
        list.addCRLEntry(
            svid.leaf().getSerialNumber(), Date.from(NOW), CRLReason.cessationOfOperation);
      }
      return list.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
          .getEncoded();
    } catch (IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  private X509Certificate issue(
      X500Name subject,
      KeyPair subjectKeys,
      String uri,
      Instant expiresAt,
      KeyUsage usage,
      boolean isAuthority) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(serial.getAndIncrement()),
              Date.from(NOW.minusSeconds(60)),
              Date.from(expiresAt),
              subject,
              subjectKeys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
      builder.addExtension(Extension.keyUsage, true, usage);
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
