package dev.spiffe4j.workloadapi.http2;

import dev.spiffe4j.workloadapi.http2.HeaderTable.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads header blocks (RFC 7541). Each block of a connection has to be read, in order and to its
 * end, since it changes how the next one is read; so whatever is wrong ends the connection.
 */
final class HpackDecoder {
  /** No integer that makes sense here has more bytes after its first. */
  private static final int MAX_INTEGER_BYTES = 4;

  private final HeaderTable table = new HeaderTable();

  /** Hears of the fields of a block. */
  interface Handler {
    void onField(Field field);
  }

  void decode(ByteBuffer block, Handler handler) throws Http2Exception {
    boolean mayResize = true;
    while (block.hasRemaining()) {
      int first = block.get() & 0xff;
      if (isResize(first)) {
        resize(first, block, mayResize);
        continue;
      }
      mayResize = false;
      handler.onField(readField(first, block));
    }
  }

  private static boolean isResize(int first) {
    return (first & 0xe0) == 0x20;
  }

  /** §4.2: only where a block begins. */
  private void resize(int first, ByteBuffer block, boolean mayResize) throws Http2Exception {
    if (!mayResize) {
      throw Http2Exception.compression("size of the table after a field");
    }
    table.resize(readInteger(first, 5, block));
  }

  private Field readField(int first, ByteBuffer block) throws Http2Exception {
    // §6.1: indexed.
    if ((first & 0x80) != 0) {
      return table.get(readInteger(first, 7, block));
    }
    // §6.2.1: literal, and to be remembered.
    if ((first & 0x40) != 0) {
      Field field = readLiteral(readInteger(first, 6, block), block);
      table.add(field);
      return field;
    }
    // §6.2.2, §6.2.3: literal, and not to be remembered.
    return readLiteral(readInteger(first, 4, block), block);
  }

  private Field readLiteral(int nameIndex, ByteBuffer block) throws Http2Exception {
    String name = nameIndex == 0 ? readString(block) : table.get(nameIndex).name();
    return new Field(name, readString(block));
  }

  /** §5.2. */
  private static String readString(ByteBuffer block) throws Http2Exception {
    int first = readByte(block);
    int length = readInteger(first, 7, block);
    if (length > block.remaining()) {
      throw Http2Exception.compression("string of " + length + " bytes");
    }
    ByteBuffer bytes = block.slice(block.position(), length);
    block.position(block.position() + length);
    return (first & 0x80) != 0 ? Huffman.decode(bytes) : text(bytes);
  }

  /** §5.1: the rest of a byte, and more bytes if it is full. */
  private static int readInteger(int first, int bits, ByteBuffer block) throws Http2Exception {
    int full = (1 << bits) - 1;
    int value = first & full;
    if (value < full) {
      return value;
    }
    for (int i = 0; i < MAX_INTEGER_BYTES; i++) {
      int next = readByte(block);
      value += (next & 0x7f) << (7 * i);
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw Http2Exception.compression("integer that is too large");
  }

  private static int readByte(ByteBuffer block) throws Http2Exception {
    if (!block.hasRemaining()) {
      throw Http2Exception.compression("headers end in a field");
    }
    return block.get() & 0xff;
  }

  /** One character for each byte that is left. */
  static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes).toString();
  }
}
