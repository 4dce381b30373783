package dev.spiffe4j.attest.crypto;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.der.DerReader;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * What a PKCS#10 request proves: that its sender has the private key of a public key. Its subject,
 * its extensions and its attributes are not looked at, because the issuer decides them. Immutable.
 */
public final class SigningRequest {
  private static final int MAX_BYTES = 16 * 1024;

  /** RFC 2986 §4.1. */
  private static final byte[] VERSION_1 = {DerReader.INTEGER, 1, 0};

  private static final int ATTRIBUTES = 0xa0;

  /** Those of a request, and how the JCA names them. */
  private static final Map<ByteBuffer, String> SIGNATURE_ALGORITHMS =
      Map.of(
          ByteBuffer.wrap(ObjectIdentifiers.ECDSA_SHA256), "SHA256withECDSA",
          ByteBuffer.wrap(ObjectIdentifiers.ECDSA_SHA384), "SHA384withECDSA",
          ByteBuffer.wrap(ObjectIdentifiers.ECDSA_SHA512), "SHA512withECDSA",
          ByteBuffer.wrap(ObjectIdentifiers.RSA_SHA256), "SHA256withRSA",
          ByteBuffer.wrap(ObjectIdentifiers.RSA_SHA384), "SHA384withRSA",
          ByteBuffer.wrap(ObjectIdentifiers.RSA_SHA512), "SHA512withRSA",
          ByteBuffer.wrap(ObjectIdentifiers.ED25519), "Ed25519");

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
    if (der.length == 0) {
      throw new InvalidDocumentException(Reason.EMPTY, "no request");
    }
    if (der.length > MAX_BYTES) {
      throw new InvalidDocumentException(Reason.TOO_LARGE, "request of " + der.length + " bytes");
    }
    DerReader outer = new DerReader(der);
    DerReader request = outer.readContent(DerReader.SEQUENCE);
    requireEnd(outer);

    // RFC 2986 §4.2: what is signed, by which algorithm, and the signature.
    byte[] info = request.readElement();
    byte[] oid = request.readContent(DerReader.SEQUENCE).readElement(DerReader.OBJECT_IDENTIFIER);
    byte[] signature = request.readBits();
    requireEnd(request);

    byte[] subjectPublicKeyInfo = subjectPublicKeyInfo(info);
    String algorithm = SIGNATURE_ALGORITHMS.get(ByteBuffer.wrap(oid));
    if (algorithm == null) {
      throw new InvalidDocumentException(
          Reason.UNSUPPORTED_KEY, "request with another signature algorithm");
    }
    PublicKey publicKey = PublicKeys.parse(subjectPublicKeyInfo);
    if (!verifies(algorithm, publicKey, info, signature, signatures)) {
      throw new InvalidDocumentException(
          Reason.KEY_MISMATCH, "request is not signed with its own key");
    }
    return new SigningRequest(publicKey);
  }

  /** RFC 2986 §4.1. Attributes must be there, and some senders leave out those that are empty. */
  private static byte[] subjectPublicKeyInfo(byte[] info) {
    DerReader reader = new DerReader(info).readContent(DerReader.SEQUENCE);
    if (!Arrays.equals(reader.readElement(), VERSION_1)) {
      throw malformed("request of another version");
    }
    DerReader unusedSubject = reader.readContent(DerReader.SEQUENCE);
    byte[] subjectPublicKeyInfo = reader.readElement();
    if (reader.hasMore()) {
      DerReader unusedAttributes = reader.readContent(ATTRIBUTES);
    }
    requireEnd(reader);
    return subjectPublicKeyInfo;
  }

  /** All of it is one request: what follows is as bad as what is missing. */
  private static void requireEnd(DerReader reader) {
    if (reader.hasMore()) {
      throw malformed("request has bytes after its end");
    }
  }

  private static boolean verifies(
      String algorithm, PublicKey key, byte[] info, byte[] signed, SignatureProvider signatures) {
    try {
      Optional<Provider> provider = signatures.provider(algorithm);
      Signature signature =
          provider.isPresent()
              ? Signature.getInstance(algorithm, provider.get())
              : Signature.getInstance(algorithm);
      signature.initVerify(signatures.keep(key));
      signature.update(info);
      return signature.verify(signed);
    } catch (GeneralSecurityException | RuntimeException e) {
      // Providers throw what they like at numbers of a peer's choice.
      throw new InvalidDocumentException(
          Reason.KEY_MISMATCH, "request is not signed with its own key", e);
    }
  }

  private static InvalidDocumentException malformed(String message) {
    return new InvalidDocumentException(Reason.MALFORMED, message);
  }

  /** The key that the sender has the private half of. */
  public PublicKey publicKey() {
    return publicKey;
  }
}
