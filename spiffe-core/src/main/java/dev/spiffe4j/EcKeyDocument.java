package dev.spiffe4j;

import java.security.PublicKey;
import java.util.Arrays;

/** The public key that a private EC key in PKCS#8 may say is its own (RFC 5915 §3). */
final class EcKeyDocument {
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
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
      document.readContent(INTEGER);
      // The curve, then the point on it.
      return Arrays.equals(document.readElement(), expected.readElement())
          && Arrays.equals(point(document), expected.readContent(BIT_STRING).remaining());
    } catch (InvalidDocumentException e) {
      return false;
    }
  }

  private static byte[] point(DerReader document) {
    DerReader key = document.readContent(DerReader.OCTET_STRING).readContent(DerReader.SEQUENCE);
    key.readContent(INTEGER);
    key.readContent(DerReader.OCTET_STRING);
    if (key.peekTag() == PARAMETERS) {
      key.readContent(PARAMETERS);
    }
    return key.readContent(PUBLIC_KEY).readContent(BIT_STRING).remaining();
  }
}
