package dev.spiffe4j.attest.authority;

import dev.spiffe4j.attest.authority.AuthorityException.Reason;
import dev.spiffe4j.attest.crypto.Der;
import dev.spiffe4j.attest.crypto.ObjectIdentifiers;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes certificates of templates (RFC 5280 §4.1). Thread-safe. */
final class CertificateWriter {
  /** Clocks of verifiers may be a little behind. */
  static final Duration BACKDATED = Duration.ofSeconds(10);

  private static final int SERIAL_BITS = 128;
  private static final byte[] VERSION_3 = Der.explicit(0, Der.integer(BigInteger.TWO));
  private static final byte[] ECDSA_SHA256 = Der.sequence(ObjectIdentifiers.ECDSA_SHA256);
  private static final byte[] ECDSA_SHA384 = Der.sequence(ObjectIdentifiers.ECDSA_SHA384);
  private static final byte[] RSA_SHA256 =
      Der.sequence(ObjectIdentifiers.RSA_SHA256, Der.nothing());

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
    return sign(template, key.publicKey(), serial, now, end, key, template.subject(), null);
  }

  X509Certificate signedBy(
      X509Issuer issuer, CertificateTemplate template, PublicKey key, Instant now, Instant end) {
    byte[] name = issuer.certificate().getSubjectX500Principal().getEncoded();
    byte[] keyId = X509Issuer.subjectKeyId(issuer.certificate());
    return sign(template, key, serialNumber(), now, end, issuer.key(), name, keyId);
  }

  private static X509Certificate sign(
      CertificateTemplate template,
      PublicKey key,
      BigInteger serial,
      Instant now,
      Instant end,
      SigningKey issuerKey,
      byte[] issuerName,
      byte @Nullable [] issuerKeyId) {
    SignatureAlgorithm algorithm = SignatureAlgorithm.of(issuerKey.publicKey());
    byte[] content =
        Der.sequence(
            VERSION_3,
            Der.integer(serial),
            identifier(algorithm),
            issuerName,
            Der.sequence(Der.time(now.minus(BACKDATED)), Der.time(end)),
            template.subject(),
            key.getEncoded(),
            Der.explicit(3, CertificateExtensions.of(template, key, issuerKeyId)));
    byte[] signature = issuerKey.sign(algorithm, content);
    if (signature.length == 0) {
      throw new AuthorityException(Reason.BAD_RESULT, "the key made an empty signature");
    }
    return parse(Der.sequence(content, identifier(algorithm), Der.bits(signature)));
  }

  private static byte[] identifier(SignatureAlgorithm algorithm) {
    return switch (algorithm) {
      case ECDSA_SHA256 -> ECDSA_SHA256;
      case ECDSA_SHA384 -> ECDSA_SHA384;
      case RSA_SHA256 -> RSA_SHA256;
    };
  }

  private static X509Certificate parse(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new AuthorityException(Reason.BAD_RESULT, "the JDK does not read the certificate", e);
    }
  }
}
