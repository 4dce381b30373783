package dev.spiffe4j;

import dev.spiffe4j.der.DerReader;
import dev.spiffe4j.der.DerWriter;
import java.util.Arrays;
import java.util.Optional;

/** The forms of ML-DSA keys in PKCS#8 (RFC 9881 §6): the seed, the expanded key, or both. */
final class MlDsaPrivateKey {
  private MlDsaPrivateKey() {}

  /**
   * The same key in its expanded form, if it has both. JDK 25 reads nothing else, and Bouncy Castle
   * writes both. That the expanded half is the right one is proven against the certificate.
   */
  static Optional<byte[]> expanded(byte[] pkcs8) {
    DerReader fields = new DerReader(pkcs8).readContent(DerReader.SEQUENCE);
    byte[] version = fields.readElement();
    byte[] identifier = fields.readElement();
    DerReader key = fields.readContent(DerReader.OCTET_STRING);
    if (!key.hasMore() || key.peekTag() != DerReader.SEQUENCE) {
      return Optional.empty();
    }
    DerReader both = key.readContent(DerReader.SEQUENCE);
    both.readElement();
    byte[] octets = both.readElement();
    byte[] wrapped = DerWriter.element(DerReader.OCTET_STRING, octets);
    byte[] content = new byte[version.length + identifier.length + wrapped.length];
    System.arraycopy(version, 0, content, 0, version.length);
    System.arraycopy(identifier, 0, content, version.length, identifier.length);
    System.arraycopy(wrapped, 0, content, version.length + identifier.length, wrapped.length);
    try {
      return Optional.of(DerWriter.sequence(content));
    } finally {
      Arrays.fill(octets, (byte) 0);
      Arrays.fill(wrapped, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }
}
