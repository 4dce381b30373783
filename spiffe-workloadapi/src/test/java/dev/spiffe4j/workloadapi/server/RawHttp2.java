package dev.spiffe4j.workloadapi.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bytes of one call, for a process that has nothing but a descriptor. */
final class RawHttp2 {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private RawHttp2() {}

  static ByteBuffer fetchX509Svid() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    writeFrame(out, SETTINGS, 0, 0, new byte[0]);
    writeFrame(out, HEADERS, END_HEADERS, 1, headers());
    // An empty message: not compressed, no bytes.
    writeFrame(out, DATA, END_STREAM, 1, new byte[5]);
    return ByteBuffer.allocateDirect(out.size()).put(out.toByteArray()).flip();
  }

  private static byte[] headers() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeHeader(out, ":method", "POST");
    writeHeader(out, ":scheme", "http");
    writeHeader(out, ":path", "/SpiffeWorkloadAPI/FetchX509SVID");
    writeHeader(out, ":authority", "localhost");
    writeHeader(out, "te", "trailers");
    writeHeader(out, "content-type", "application/grpc");
    writeHeader(out, "workload.spiffe.io", "true");
    return out.toByteArray();
  }

  /** HPACK: literal, not indexed, not compressed. */
  private static void writeHeader(ByteArrayOutputStream out, String name, String value) {
    out.write(0);
    out.write(name.length());
    out.writeBytes(ascii(name));
    out.write(value.length());
    out.writeBytes(ascii(value));
  }

  private static void writeFrame(
      ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
    out.writeBytes(
        new byte[] {
          0, 0, (byte) payload.length, (byte) type, (byte) flags, 0, 0, 0, (byte) stream
        });
    out.writeBytes(payload);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
