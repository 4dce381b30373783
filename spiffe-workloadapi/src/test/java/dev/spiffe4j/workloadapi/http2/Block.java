package dev.spiffe4j.workloadapi.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;

/** A block of headers, written by hand: literal, and without the code of Huffman. */
final class Block {
  /** How an answer begins. */
  static final Block BEGIN = of(":status", "200", "content-type", "application/grpc");

  /** How an answer ends. */
  static final Block OK = of("grpc-status", "0");

  private final byte[] bytes;

  private Block(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Of names and values that are not to be remembered. */
  static Block of(String... fields) {
    return literals(0, fields);
  }

  /** Of names and values that the client has to remember. */
  static Block remembered(String... fields) {
    return literals(0x40, fields);
  }

  /** Of fields that the client should remember: 0 is what it has heard last. */
  static Block recalled(int... ages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int age : ages) {
      out.write(0x80 | (62 + age));
    }
    return new Block(out.toByteArray());
  }

  private static Block literals(int first, String... fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      out.write(first);
      write(out, fields[i]);
      write(out, fields[i + 1]);
    }
    return new Block(out.toByteArray());
  }

  private static void write(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    if (bytes.length < 0x7f) {
      out.write(bytes.length);
    } else {
      int rest = bytes.length - 0x7f;
      out.write(0x7f);
      for (; rest >= 0x80; rest >>>= 7) {
        out.write(0x80 | (rest & 0x7f));
      }
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  byte[] bytes() {
    return bytes.clone();
  }
}
