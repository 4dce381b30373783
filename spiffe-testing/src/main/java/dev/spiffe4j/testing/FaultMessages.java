package dev.spiffe4j.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are, or are not, messages of a Workload API. */
final class FaultMessages {
  private static final int SVIDS = 1;
  private static final int SPIFFE_ID = 1;
  private static final int CERTIFICATES = 2;
  private static final int PRIVATE_KEY = 3;
  private static final int BUNDLE = 4;
  private static final int LENGTH_DELIMITED = 2;

  private FaultMessages() {}

  /** A message as gRPC frames it, with any length announced. */
  static byte[] framed(byte[] message, int announced) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) 0)
        .putInt(announced)
        .put(message)
        .array();
  }

  static byte[] garbage() {
    byte[] garbage = new byte[32];
    Arrays.fill(garbage, (byte) 0xff);
    return garbage;
  }

  static byte[] svidOfGarbage(String spiffeId) {
    ByteArrayOutputStream svid = new ByteArrayOutputStream();
    field(svid, SPIFFE_ID, spiffeId.getBytes(StandardCharsets.UTF_8));
    field(svid, CERTIFICATES, garbage());
    field(svid, PRIVATE_KEY, garbage());
    field(svid, BUNDLE, garbage());
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    field(message, SVIDS, svid.toByteArray());
    return message.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] content) {
    out.write(number << 3 | LENGTH_DELIMITED);
    int length = content.length;
    for (; length > 0x7f; length >>>= 7) {
      out.write(length | 0x80);
    }
    out.write(length);
    out.writeBytes(content);
  }
}
