package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A certificate that may sign others, and what it takes to hold those below to it, read once. What
 * depends on the time or on the path is checked for each path.
 */
final class X509Issuer {
  private final X509Certificate certificate;
  private final PublicKey key;
  private final Optional<NameConstraints> nameConstraints;
  private final KeyIdentifier keyIdentifier;
  private final Set<ExtendedKeyUsage> usages;
  private final boolean selfIssued;

  private X509Issuer(
      X509Certificate certificate, PublicKey key, Optional<NameConstraints> nameConstraints) {
    this.certificate = certificate;
    this.key = key;
    this.nameConstraints = nameConstraints;
    this.keyIdentifier = KeyIdentifier.ofSubject(certificate);
    this.usages = ExtendedKeyUsage.of(certificate);
    this.selfIssued = X509Constraints.isSelfIssued(certificate);
  }

  /** Makes an issuer of a certificate, or refuses it if it can never be one. */
  static X509Issuer of(X509Certificate certificate, SignatureCheck signatures) {
    X509Constraints.checkCertificate(certificate);
    // RFC 5280 §4.1.2.6: an issuer has a name.
    if (GeneralName.ofSubject(certificate).isEmpty()) {
      throw violated("issuer has no subject");
    }
    // §6.1.4 (k), (n): cA and keyCertSign.
    if (!X509Profile.isAuthority(certificate)) {
      throw violated("issuer may not sign certificates");
    }
    return new X509Issuer(
        certificate, signatures.keep(certificate.getPublicKey()), NameConstraints.of(certificate));
  }

  X509Certificate certificate() {
    return certificate;
  }

  /** What those below it may be used for. */
  Set<ExtendedKeyUsage> usages() {
    return usages;
  }

  /** Whether a certificate says that this issuer's key signed it, says otherwise, or nothing. */
  KeyIdentifier.Match matches(X509Certificate below) {
    return keyIdentifier.matches(KeyIdentifier.ofIssuer(below));
  }

  /** Checks that the issuer may stand above a leaf and other issuers now. */
  void checkAbove(List<X509Issuer> below, Instant now) {
    X509Constraints.checkValidity(certificate, now);
    // §6.1.4 (l), (m): how many issuers that are not self-issued may stand below.
    int issuersBelow = 0;
    for (X509Issuer issuer : below) {
      issuersBelow += issuer.selfIssued ? 0 : 1;
    }
    if (certificate.getBasicConstraints() < issuersBelow) {
      throw violated("path length over " + certificate.getBasicConstraints());
    }
  }

  /** §6.1.3 (b), (c): self-issued certificates are exempt, except the leaf. */
  void checkNames(List<X509Certificate> chain) {
    if (nameConstraints.isEmpty()) {
      return;
    }
    for (int i = 0; i < chain.size(); i++) {
      if (i == 0 || !X509Constraints.isSelfIssued(chain.get(i))) {
        nameConstraints.get().check(chain.get(i));
      }
    }
  }

  /** Checks that the issuer's key signed a certificate. */
  void checkSigned(X509Certificate below, SignatureCheck signatures) {
    try {
      signatures.verify(below, key);
    } catch (NoSuchAlgorithmException e) {
      throw new SvidVerificationException(
          Reason.UNSUPPORTED_ALGORITHM, "no provider of " + below.getSigAlgName(), e);
    } catch (GeneralSecurityException e) {
      throw new SvidVerificationException(
          Reason.BAD_SIGNATURE, "not signed by the issuer that it names", e);
    }
  }

  private static SvidVerificationException violated(String message) {
    return new SvidVerificationException(Reason.CONSTRAINT_VIOLATED, message);
  }
}
