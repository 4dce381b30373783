package dev.spiffe4j;

import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.der.DerReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Reading and writing of X.509 certificates. */
final class Certificates {
  /** A certificate larger than this is refused before it is parsed. */
  static final int MAX_CERTIFICATE_BYTES = 64 * 1024;

  private Certificates() {}

  /** Parses concatenated DER certificates, with nothing between or after them. */
  static List<X509Certificate> parseDer(byte[] der, int maxCount) {
    CertificateFactory factory = factory();
    List<X509Certificate> certificates = new ArrayList<>();
    DerReader reader = new DerReader(der);
    while (reader.hasMore()) {
      if (certificates.size() == maxCount) {
        throw tooMany(maxCount);
      }
      certificates.add(parse(factory, reader.readElement()));
    }
    return certificates;
  }

  /** Parses the certificates of a PEM document, and skips whatever else it has. */
  static List<X509Certificate> parsePem(byte[] pem, int maxCount) {
    CertificateFactory factory = factory();
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemReader.Block block : PemReader.blocks(pem)) {
      if (!block.label().equals(PemReader.CERTIFICATE)) {
        continue;
      }
      if (certificates.size() == maxCount) {
        throw tooMany(maxCount);
      }
      DerReader reader = new DerReader(PemReader.decode(pem, block));
      certificates.add(parse(factory, reader.readElement()));
      reader.requireEnd();
    }
    return certificates;
  }

  private static InvalidDocumentException tooMany(int maxCount) {
    return new InvalidDocumentException(
        Reason.TOO_LARGE, "more than " + maxCount + " certificates");
  }

  private static X509Certificate parse(CertificateFactory factory, byte[] der) {
    if (der.length > MAX_CERTIFICATE_BYTES) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE,
          "certificate of " + der.length + " bytes (expected: <= " + MAX_CERTIFICATE_BYTES + ")");
    }
    // The factory would also take PEM and PKCS#7 here.
    if ((der[0] & 0xff) != DerReader.SEQUENCE) {
      throw new InvalidDocumentException(Reason.MALFORMED, "not a DER certificate");
    }
    try {
      return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException | RuntimeException e) {
      // Parsers throw what they like at bytes of a peer's choice.
      throw new InvalidDocumentException(Reason.MALFORMED, "not a certificate", e);
    }
  }

  private static CertificateFactory factory() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (CertificateException e) {
      throw new AssertionError("every JDK reads X.509", e);
    }
  }

  static byte[] encode(Collection<X509Certificate> certificates) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (X509Certificate certificate : certificates) {
      out.writeBytes(encode(certificate));
    }
    return out.toByteArray();
  }

  static byte[] encode(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new AssertionError("a parsed certificate has an encoding", e);
    }
  }
}
