package dev.spiffe4j;

import java.io.ByteArrayOutputStream;

/** Writing of single DER elements (X.690 §8.1, §10.1). */
final class DerWriter {
  private DerWriter() {}

  static byte[] sequence(byte[] content) {
    return element(DerReader.SEQUENCE, content);
  }

  static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 5);
    out.write(tag);
    writeLength(out, content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static void writeLength(ByteArrayOutputStream out, int length) {
    if (length < 0x80) {
      out.write(length);
      return;
    }
    int count = (39 - Integer.numberOfLeadingZeros(length)) / 8;
    out.write(0x80 | count);
    for (int i = count - 1; i >= 0; i--) {
      out.write(length >>> (8 * i));
    }
  }
}
