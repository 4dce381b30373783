package dev.spiffe4j.workloadapi.http2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The code of strings in headers (RFC 7541 §5.2 and appendix B). */
final class Huffman {
  private static final int END_OF_STRING = 256;
  private static final int MIN_LENGTH = 5;
  private static final int MAX_LENGTH = 30;
  private static final int END = -1;

  /**
   * How many bits each byte has, and the end of the string. The codes follow from that: they are
   * counted up, the shorter ones first, and of one length in the order of the bytes.
   */
  private static final byte[] LENGTHS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5,
    6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23,
    23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20,
    22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22,
    22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26,
    27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
    25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30
  };

  /** All symbols, in the order of their codes. */
  private static final short[] SYMBOLS = new short[LENGTHS.length];

  /** How many codes of each length there are. */
  private static final int[] COUNTS = new int[MAX_LENGTH + 1];

  static {
    int next = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      for (short symbol = 0; symbol < LENGTHS.length; symbol++) {
        if (LENGTHS[symbol] == length) {
          SYMBOLS[next++] = symbol;
          COUNTS[length]++;
        }
      }
    }
  }

  private final ByteBuffer coded;
  private final int end;

  /** The next bit to be read. */
  private int next;

  private Huffman(ByteBuffer coded) {
    this.coded = coded;
    this.end = coded.remaining() * Byte.SIZE;
  }

  static String decode(ByteBuffer coded) throws Http2Exception {
    return new Huffman(coded.slice()).decode();
  }

  private String decode() throws Http2Exception {
    byte[] decoded = new byte[end / MIN_LENGTH];
    int size = 0;
    for (int symbol = readSymbol(); symbol != END; symbol = readSymbol()) {
      decoded[size++] = (byte) symbol;
    }
    return new String(decoded, 0, size, StandardCharsets.ISO_8859_1);
  }

  /** Compares what is read, bit by bit, with the first code of each length. */
  private int readSymbol() throws Http2Exception {
    int start = next;
    int code = 0;
    int first = 0;
    int shorter = 0;
    for (int length = 1; next < end; length++) {
      code = code << 1 | readBit();
      first <<= 1;
      int count = COUNTS[length];
      if (code - first < count) {
        return requireByte(SYMBOLS[shorter + code - first]);
      }
      first += count;
      shorter += count;
    }
    requirePadding(start);
    return END;
  }

  private int readBit() {
    int bit = coded.get(next / Byte.SIZE) >> (Byte.SIZE - 1 - next % Byte.SIZE) & 1;
    next++;
    return bit;
  }

  /** §5.2: whoever codes the end of the string is wrong. */
  private static int requireByte(int symbol) throws Http2Exception {
    if (symbol == END_OF_STRING) {
      throw Http2Exception.compression("string with an end in it");
    }
    return symbol;
  }

  /** §5.2: less than a byte is left, and it is the beginning of the code of the end. */
  private void requirePadding(int start) throws Http2Exception {
    if (end - start >= Byte.SIZE) {
      throw Http2Exception.compression("string with a whole byte of padding");
    }
    for (next = start; next < end; ) {
      if (readBit() == 0) {
        throw Http2Exception.compression("string with wrong padding");
      }
    }
  }
}
