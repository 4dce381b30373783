package dev.spiffe4j.der;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.util.Arrays;

/**
 * A bounds-checked reader of DER elements (X.690 §8.1, §10.1): definite, minimal lengths and tags
 * of one byte. It exists because the JDK's certificate API forgives trailing bytes and hides how
 * many names a SAN extension really holds.
 *
 * <p>All that cannot be read is an {@link InvalidDocumentException}, mostly {@link
 * Reason#MALFORMED}. Confined to one thread.
 */
public final class DerReader {
  /** The tag of an INTEGER. */
  public static final int INTEGER = 0x02;

  /** The tag of a BIT STRING. */
  public static final int BIT_STRING = 0x03;

  /** The tag of an OCTET STRING. */
  public static final int OCTET_STRING = 0x04;

  /** The tag of an OBJECT IDENTIFIER. */
  public static final int OBJECT_IDENTIFIER = 0x06;

  /** The tag of a SEQUENCE. */
  public static final int SEQUENCE = 0x30;

  private final byte[] bytes;
  private final int end;
  private int position;

  /**
   * Begins to read.
   *
   * @param bytes what is read; not copied
   */
  public DerReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private DerReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
  }

  /**
   * Enters the SEQUENCE inside an extension as the JDK gives it, in an OCTET STRING.
   *
   * @param extension the extension's value
   * @return what reads the content of the SEQUENCE
   */
  public static DerReader ofExtension(byte[] extension) {
    DerReader outer = new DerReader(extension);
    DerReader octets = outer.readContent(OCTET_STRING);
    outer.requireEnd();
    DerReader content = octets.readContent(SEQUENCE);
    octets.requireEnd();
    return content;
  }

  /**
   * Whether something is left to read.
   *
   * @return false at the end
   */
  public boolean hasMore() {
    return position < end;
  }

  /**
   * The tag of the next element.
   *
   * @return the tag's byte
   */
  public int peekTag() {
    requireBytes(1);
    return bytes[position] & 0xff;
  }

  /**
   * Reads the next element.
   *
   * @return its bytes, header included
   */
  public byte[] readElement() {
    return readElement(peekTag());
  }

  /**
   * Reads the next element, which must have a tag.
   *
   * @param tag which
   * @return its bytes, header included
   */
  public byte[] readElement(int tag) {
    int start = position;
    readContent(tag);
    return Arrays.copyOfRange(bytes, start, position);
  }

  /**
   * Enters the content of the next element.
   *
   * @param tag which it must have
   * @return what reads the content
   */
  public DerReader readContent(int tag) {
    if (peekTag() != tag) {
      throw malformed("has an element of tag " + peekTag() + " (expected: " + tag + ")");
    }
    if ((tag & 0x1f) == 0x1f) {
      throw malformed("has a tag of several bytes");
    }
    position++;
    int length = readLength();
    requireBytes(length);
    int from = position;
    position += length;
    return new DerReader(bytes, from, position);
  }

  /**
   * Reads the next element, which must be a BIT STRING of whole bytes (X.690 §8.6.2.2).
   *
   * @return the bytes
   */
  public byte[] readBits() {
    DerReader content = readContent(BIT_STRING);
    content.requireBytes(1);
    if (bytes[content.position++] != 0) {
      throw malformed("has a BIT STRING with unused bits");
    }
    return content.remaining();
  }

  /**
   * The bytes not yet read, which stay so.
   *
   * @return a copy
   */
  public byte[] remaining() {
    return Arrays.copyOfRange(bytes, position, end);
  }

  /**
   * Refuses what is left to read.
   *
   * @throws InvalidDocumentException with {@link Reason#TRAILING_DATA}
   */
  public void requireEnd() {
    if (hasMore()) {
      throw new InvalidDocumentException(Reason.TRAILING_DATA, "DER has bytes after its end");
    }
  }

  private int readLength() {
    requireBytes(1);
    int first = bytes[position++] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int count = first & 0x7f;
    if (count == 0 || count > 3) {
      throw malformed("has an indefinite or huge length");
    }
    requireBytes(count);
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = (length << 8) | (bytes[position++] & 0xff);
    }
    if (length < 0x80 || length < 1 << (8 * (count - 1))) {
      throw malformed("has a length that is not minimal");
    }
    return length;
  }

  private void requireBytes(int count) {
    if (count > end - position) {
      throw malformed("ends inside an element");
    }
  }

  private static InvalidDocumentException malformed(String problem) {
    return new InvalidDocumentException(Reason.MALFORMED, "DER " + problem);
  }
}
