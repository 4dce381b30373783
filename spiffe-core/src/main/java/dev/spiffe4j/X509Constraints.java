package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Set;

/** The checks of RFC 5280 §6.1 on single certificates, applied to authorities of bundles too. */
final class X509Constraints {
  private static final int MAX_SERIAL_BITS = 8 * 20;
  private static final int MIN_RSA_BITS = 2048;
  // A larger modulus costs more to check than a peer deserves before it is trusted.
  private static final int MAX_RSA_BITS = 8192;

  private static final Set<String> SIGNATURE_ALGORITHMS =
      Set.of(
          "1.2.840.113549.1.1.11", // sha256WithRSAEncryption
          "1.2.840.113549.1.1.12", // sha384WithRSAEncryption
          "1.2.840.113549.1.1.13", // sha512WithRSAEncryption
          "1.2.840.113549.1.1.10", // RSASSA-PSS
          "1.2.840.10045.4.3.2", // ecdsa-with-SHA256
          "1.2.840.10045.4.3.3", // ecdsa-with-SHA384
          "1.2.840.10045.4.3.4", // ecdsa-with-SHA512
          "1.3.101.112"); // Ed25519

  // keyUsage, subjectAltName, basicConstraints, nameConstraints, extKeyUsage
  private static final Set<String> UNDERSTOOD =
      Set.of("2.5.29.15", "2.5.29.17", "2.5.29.19", NameConstraints.EXTENSION, "2.5.29.37");

  private static final Set<Integer> CURVE_BITS = Set.of(256, 384, 521);

  private X509Constraints() {}

  /** What every certificate of a path, its authority included, must satisfy at any time. */
  static void checkCertificate(X509Certificate certificate) {
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical != null && !UNDERSTOOD.containsAll(critical)) {
      throw refused(
          Reason.UNSUPPORTED_EXTENSION, "critical extensions not understood: " + critical);
    }
    if (!SIGNATURE_ALGORITHMS.contains(certificate.getSigAlgOID())) {
      throw refused(
          Reason.UNSUPPORTED_ALGORITHM, "signature algorithm " + certificate.getSigAlgOID());
    }
    // RFC 5280 §4.1.2.2. Zero is tolerated: some authorities have it.
    BigInteger serial = certificate.getSerialNumber();
    if (serial.signum() < 0 || serial.bitLength() > MAX_SERIAL_BITS) {
      throw refused(Reason.BAD_PROFILE, "serial number is negative or longer than 20 bytes");
    }
    checkKey(certificate.getPublicKey());
  }

  /** RFC 5280 §6.1.3 (a) (2); both ends are included. */
  static void checkValidity(X509Certificate certificate, Instant now) {
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw refused(Reason.NOT_YET_VALID, "valid from " + certificate.getNotBefore().toInstant());
    }
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw refused(Reason.EXPIRED, "expired at " + certificate.getNotAfter().toInstant());
    }
  }

  static boolean isSelfIssued(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  private static void checkKey(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < MIN_RSA_BITS) {
        throw refused(Reason.WEAK_KEY, "RSA key of " + bits + " bits (expected: >= 2048)");
      }
      if (bits > MAX_RSA_BITS) {
        throw refused(Reason.TOO_LARGE, "RSA key of " + bits + " bits (expected: <= 8192)");
      }
      return;
    }
    if (key instanceof ECPublicKey ec) {
      if (!CURVE_BITS.contains(ec.getParams().getCurve().getField().getFieldSize())) {
        throw refused(Reason.WEAK_KEY, "EC key on another curve than P-256, P-384 or P-521");
      }
      return;
    }
    if (!(key instanceof EdECPublicKey)) {
      throw refused(Reason.UNSUPPORTED_ALGORITHM, "key of algorithm " + key.getAlgorithm());
    }
  }

  private static SvidVerificationException refused(Reason reason, String message) {
    return new SvidVerificationException(reason, message);
  }
}
