package dev.spiffe4j;

import dev.spiffe4j.der.DerReader;
import dev.spiffe4j.der.DerWriter;
import java.security.PublicKey;
import java.util.Arrays;

/** The public key that a private EC key in PKCS#8 should say is its own (RFC 5915 §3). */
final class EcKeyDocument {
  private static final int PARAMETERS = 0xa0;
  private static final int PUBLIC_KEY = 0xa1;

  private EcKeyDocument() {}

  /**
   * Whether the document names a certificate's key as its own. Like the modulus of an RSA key, this
   * finds keys and certificates that were mixed up, at a hundredth of the cost of a signature. Who
   * writes a false one fails in the first handshake.
   */
  static boolean namesPublicKey(byte[] pkcs8, PublicKey publicKey) {
    if (!publicKey.getAlgorithm().equals("EC")) {
      return false;
    }
    try {
      DerReader expected = new DerReader(publicKey.getEncoded()).readContent(DerReader.SEQUENCE);
      DerReader document = new DerReader(pkcs8).readContent(DerReader.SEQUENCE);
      document.readContent(DerReader.INTEGER);
      // The curve, then the point on it.
      return Arrays.equals(document.readElement(), expected.readElement())
          && Arrays.equals(point(document), expected.readBits());
    } catch (InvalidDocumentException e) {
      return false;
    }
  }

  private static byte[] point(DerReader document) {
    DerReader key = document.readContent(DerReader.OCTET_STRING).readContent(DerReader.SEQUENCE);
    key.readContent(DerReader.INTEGER);
    key.readContent(DerReader.OCTET_STRING);
    if (key.peekTag() == PARAMETERS) {
      key.readContent(PARAMETERS);
    }
    return key.readContent(PUBLIC_KEY).readBits();
  }

  /**
   * The document with its public key, which the JDK leaves out and some need, as GnuTLS does.
   *
   * @return a new array; what is of another kind, or has a public key, stays as it is
   */
  static byte[] withPublicKey(byte[] pkcs8, PublicKey publicKey) {
    if (!publicKey.getAlgorithm().equals("EC")) {
      return pkcs8.clone();
    }
    try {
      return completed(pkcs8, publicKey);
    } catch (InvalidDocumentException e) {
      // Some provider's own form.
      return pkcs8.clone();
    }
  }

  private static byte[] completed(byte[] pkcs8, PublicKey publicKey) {
    DerReader document = new DerReader(pkcs8).readContent(DerReader.SEQUENCE);
    byte[] version = document.readElement();
    byte[] algorithm = document.readElement();
    DerReader key = document.readContent(DerReader.OCTET_STRING).readContent(DerReader.SEQUENCE);
    byte[] keyVersion = key.readElement();
    byte[] secret = key.readElement();
    byte[] parameters =
        key.hasMore() && key.peekTag() == PARAMETERS ? key.readElement() : new byte[0];
    byte[] point = DerWriter.element(PUBLIC_KEY, bitString(publicKey));
    byte[] completed = DerWriter.sequence(keyVersion, secret, parameters, point);
    byte[] octets = DerWriter.element(DerReader.OCTET_STRING, completed);
    try {
      return key.hasMore() || document.hasMore()
          ? pkcs8.clone()
          : DerWriter.sequence(version, algorithm, octets);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(completed, (byte) 0);
      Arrays.fill(octets, (byte) 0);
    }
  }

  private static byte[] bitString(PublicKey publicKey) {
    DerReader document = new DerReader(publicKey.getEncoded()).readContent(DerReader.SEQUENCE);
    document.readElement();
    return document.readElement();
  }
}
