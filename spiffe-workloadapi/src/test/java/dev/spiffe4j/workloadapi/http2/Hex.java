package dev.spiffe4j.workloadapi.http2;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Bytes, written as the RFCs do it. */
final class Hex {
  private Hex() {}

  static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** What is left of a buffer, which is not changed. */
  static String of(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return HexFormat.of().formatHex(copy);
  }
}
