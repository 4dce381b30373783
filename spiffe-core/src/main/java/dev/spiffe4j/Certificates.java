package dev.spiffe4j;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading and writing of X.509 certificates, and of the parts the JDK does not read exactly. */
final class Certificates {
  /** A certificate larger than this is refused before it is parsed. */
  static final int MAX_CERTIFICATE_BYTES = 64 * 1024;

  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final int URI_NAME = 0x86;

  private Certificates() {}

  /** Parses concatenated DER certificates, with nothing between or after them. */
  static List<X509Certificate> parseDer(byte[] der, int maxCount) {
    CertificateFactory factory = factory();
    List<X509Certificate> certificates = new ArrayList<>();
    DerReader reader = new DerReader(der);
    while (reader.hasMore()) {
      if (certificates.size() == maxCount) {
        throw new InvalidDocumentException(
            Reason.TOO_LARGE, "more than " + maxCount + " certificates");
      }
      certificates.add(parse(factory, reader.readElement()));
    }
    return certificates;
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
    } catch (CertificateException e) {
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

  /**
   * The URI names of the SAN extension, read from its bytes: {@code getSubjectAlternativeNames()}
   * is null or short when one of them is not to the JDK's taste.
   */
  static List<String> uriNames(X509Certificate certificate) {
    byte @Nullable [] extension = certificate.getExtensionValue(SUBJECT_ALTERNATIVE_NAME);
    if (extension == null) {
      return List.of();
    }
    DerReader value = new DerReader(extension);
    DerReader octets = value.readContent(DerReader.OCTET_STRING);
    value.requireEnd();
    DerReader names = octets.readContent(DerReader.SEQUENCE);
    octets.requireEnd();

    List<String> uris = new ArrayList<>();
    while (names.hasMore()) {
      int tag = names.peekTag();
      byte[] content = names.readContent(tag).remaining();
      if (tag == URI_NAME) {
        // Latin-1 keeps every byte apart, so that a byte outside ASCII stays a bad character.
        uris.add(new String(content, StandardCharsets.ISO_8859_1));
      }
    }
    return uris;
  }
}
