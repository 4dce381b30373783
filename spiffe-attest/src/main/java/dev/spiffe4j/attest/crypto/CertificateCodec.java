package dev.spiffe4j.attest.crypto;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/** Single certificates in DER. */
public final class CertificateCodec {
  private static final int MAX_BYTES = 64 * 1024;

  private CertificateCodec() {}

  /** Parses exactly one certificate. */
  public static X509Certificate parse(byte[] der) {
    if (der.length == 0) {
      throw new InvalidDocumentException(Reason.EMPTY, "no certificate");
    }
    if (der.length > MAX_BYTES) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "certificate of " + der.length + " bytes");
    }
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      // The factory also reads PEM and PKCS#7, and forgives what follows.
      if (!Arrays.equals(der, encode(certificate))) {
        throw new InvalidDocumentException(Reason.MALFORMED, "not exactly one DER certificate");
      }
      return certificate;
    } catch (CertificateException e) {
      throw new InvalidDocumentException(Reason.MALFORMED, "not a certificate", e);
    }
  }

  public static byte[] encode(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new AssertionError("a parsed certificate has an encoding", e);
    }
  }
}
