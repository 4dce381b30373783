package dev.spiffe4j.attest.crypto;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * What a PKCS#10 request proves: that its sender has the private key of a public key. Its subject,
 * its extensions and its attributes are not looked at, because the issuer decides them. Immutable.
 */
public final class SigningRequest {
  private static final int MAX_BYTES = 16 * 1024;

  private static final Set<ASN1ObjectIdentifier> SIGNATURE_ALGORITHMS =
      Set.of(
          X9ObjectIdentifiers.ecdsa_with_SHA256,
          X9ObjectIdentifiers.ecdsa_with_SHA384,
          X9ObjectIdentifiers.ecdsa_with_SHA512,
          PKCSObjectIdentifiers.sha256WithRSAEncryption,
          PKCSObjectIdentifiers.sha384WithRSAEncryption,
          PKCSObjectIdentifiers.sha512WithRSAEncryption,
          EdECObjectIdentifiers.id_Ed25519);

  private final PublicKey publicKey;

  private SigningRequest(PublicKey publicKey) {
    this.publicKey = publicKey;
  }

  /** Parses a request and verifies its signature. */
  public static SigningRequest parse(byte[] der) {
    PKCS10CertificationRequest request = read(der);
    ASN1ObjectIdentifier algorithm = request.getSignatureAlgorithm().getAlgorithm();
    if (!SIGNATURE_ALGORITHMS.contains(algorithm)) {
      throw new InvalidDocumentException(
          Reason.UNSUPPORTED_KEY, "request with signature algorithm " + algorithm);
    }
    PublicKey publicKey = PublicKeys.parse(request.getSubjectPublicKeyInfo());
    requirePossession(request);
    return new SigningRequest(publicKey);
  }

  private static PKCS10CertificationRequest read(byte[] der) {
    if (der.length == 0) {
      throw new InvalidDocumentException(Reason.EMPTY, "no request");
    }
    if (der.length > MAX_BYTES) {
      throw new InvalidDocumentException(Reason.TOO_LARGE, "request of " + der.length + " bytes");
    }
    PKCS10CertificationRequest request;
    byte[] strict;
    try {
      request = new PKCS10CertificationRequest(der);
      strict = request.toASN1Structure().getEncoded("DER");
    } catch (IOException | RuntimeException e) {
      // Bouncy Castle lets all kinds of exceptions escape over bytes that a peer chose.
      throw new InvalidDocumentException(Reason.MALFORMED, "not a PKCS#10 request", e);
    }
    if (!Arrays.equals(der, strict)) {
      throw new InvalidDocumentException(Reason.MALFORMED, "request is not DER");
    }
    return request;
  }

  private static void requirePossession(PKCS10CertificationRequest request) {
    try {
      var verifier =
          new JcaContentVerifierProviderBuilder()
              .setProvider(BouncyCastle.provider())
              .build(request.getSubjectPublicKeyInfo());
      if (request.isSignatureValid(verifier)) {
        return;
      }
    } catch (OperatorCreationException | PKCSException | RuntimeException e) {
      throw new InvalidDocumentException(
          Reason.KEY_MISMATCH, "request is not signed with its own key", e);
    }
    throw new InvalidDocumentException(
        Reason.KEY_MISMATCH, "request is not signed with its own key");
  }

  /** The key that the sender has the private half of. */
  public PublicKey publicKey() {
    return publicKey;
  }
}
