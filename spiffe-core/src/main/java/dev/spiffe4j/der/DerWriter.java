package dev.spiffe4j.der;

/** Writing of single DER elements (X.690 §8.1, §10.1), with no copy left behind. */
public final class DerWriter {
  private DerWriter() {}

  /**
   * Writes a SEQUENCE.
   *
   * @param content its elements, in order
   * @return the element
   */
  public static byte[] sequence(byte[]... content) {
    return element(DerReader.SEQUENCE, content);
  }

  /**
   * Writes an element.
   *
   * @param tag its tag, of one byte
   * @param content its content, one part after the other
   * @return the element
   */
  public static byte[] element(int tag, byte[]... content) {
    int length = 0;
    for (byte[] part : content) {
      length += part.length;
    }
    int lengthBytes = lengthBytes(length);
    byte[] element = new byte[1 + lengthBytes + length];
    element[0] = (byte) tag;
    writeLength(element, length, lengthBytes);
    int position = 1 + lengthBytes;
    for (byte[] part : content) {
      System.arraycopy(part, 0, element, position, part.length);
      position += part.length;
    }
    return element;
  }

  private static int lengthBytes(int length) {
    return length < 0x80 ? 1 : 1 + (39 - Integer.numberOfLeadingZeros(length)) / 8;
  }

  private static void writeLength(byte[] element, int length, int lengthBytes) {
    if (lengthBytes == 1) {
      element[1] = (byte) length;
      return;
    }
    int count = lengthBytes - 1;
    element[1] = (byte) (0x80 | count);
    for (int i = 0; i < count; i++) {
      element[2 + i] = (byte) (length >>> (8 * (count - 1 - i)));
    }
  }
}
