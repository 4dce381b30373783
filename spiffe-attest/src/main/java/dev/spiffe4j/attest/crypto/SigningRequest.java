package dev.spiffe4j.attest.crypto;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SignatureProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * What a PKCS#10 request proves: that its sender has the private key of a public key. Its subject,
 * its extensions and its attributes are not looked at, because the issuer decides them. Immutable.
 */
public final class SigningRequest {
  private static final int MAX_BYTES = 16 * 1024;

  /** Those of a request, and how the JCA names them. */
  private static final Map<ASN1ObjectIdentifier, String> SIGNATURE_ALGORITHMS =
      Map.of(
          X9ObjectIdentifiers.ecdsa_with_SHA256, "SHA256withECDSA",
          X9ObjectIdentifiers.ecdsa_with_SHA384, "SHA384withECDSA",
          X9ObjectIdentifiers.ecdsa_with_SHA512, "SHA512withECDSA",
          PKCSObjectIdentifiers.sha256WithRSAEncryption, "SHA256withRSA",
          PKCSObjectIdentifiers.sha384WithRSAEncryption, "SHA384withRSA",
          PKCSObjectIdentifiers.sha512WithRSAEncryption, "SHA512withRSA",
          EdECObjectIdentifiers.id_Ed25519, "Ed25519");

  private final PublicKey publicKey;

  private SigningRequest(PublicKey publicKey) {
    this.publicKey = publicKey;
  }

  /**
   * Parses a request and verifies its signature.
   *
   * @param signatures who verifies it
   */
  public static SigningRequest parse(byte[] der, SignatureProvider signatures) {
    CertificationRequest request = read(der);
    ASN1ObjectIdentifier oid = request.getSignatureAlgorithm().getAlgorithm();
    String algorithm = SIGNATURE_ALGORITHMS.get(oid);
    if (algorithm == null) {
      throw new InvalidDocumentException(
          Reason.UNSUPPORTED_KEY, "request with signature algorithm " + oid);
    }
    PublicKey publicKey =
        PublicKeys.parse(request.getCertificationRequestInfo().getSubjectPublicKeyInfo());
    requirePossession(request, algorithm, publicKey, signatures);
    return new SigningRequest(publicKey);
  }

  private static CertificationRequest read(byte[] der) {
    if (der.length == 0) {
      throw new InvalidDocumentException(Reason.EMPTY, "no request");
    }
    if (der.length > MAX_BYTES) {
      throw new InvalidDocumentException(Reason.TOO_LARGE, "request of " + der.length + " bytes");
    }
    CertificationRequest request;
    byte[] strict;
    try {
      request = CertificationRequest.getInstance(ASN1Primitive.fromByteArray(der));
      strict = request.getEncoded(ASN1Encoding.DER);
    } catch (IOException | RuntimeException e) {
      // Bouncy Castle lets all kinds of exceptions escape over bytes that a peer chose.
      throw new InvalidDocumentException(Reason.MALFORMED, "not a PKCS#10 request", e);
    }
    if (!Arrays.equals(der, strict)) {
      throw new InvalidDocumentException(Reason.MALFORMED, "request is not DER");
    }
    return request;
  }

  private static void requirePossession(
      CertificationRequest request,
      String algorithm,
      PublicKey publicKey,
      SignatureProvider signatures) {
    try {
      Optional<Provider> provider = signatures.provider(algorithm);
      Signature signature =
          provider.isPresent()
              ? Signature.getInstance(algorithm, provider.get())
              : Signature.getInstance(algorithm);
      signature.initVerify(signatures.keep(publicKey));
      signature.update(request.getCertificationRequestInfo().getEncoded(ASN1Encoding.DER));
      if (signature.verify(request.getSignature().getOctets())) {
        return;
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // Providers throw what they like at numbers of a peer's choice.
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
