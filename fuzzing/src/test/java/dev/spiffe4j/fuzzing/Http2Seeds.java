package dev.spiffe4j.fuzzing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What servers send on connections of HTTP/2 (RFC 9113 §6). */
final class Http2Seeds {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int PRIORITY = 2;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;

  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;

  /** {@code :status} 200 and {@code content-type}, which is remembered. */
  private static final byte[] BEGIN =
      concat(new byte[] {(byte) 0x88, 0x5f, 16}, text("application/grpc"));

  /** {@code grpc-status} 0, which is remembered. */
  private static final byte[] END =
      concat(new byte[] {0x40, 11}, text("grpc-status"), new byte[] {1, '0'});

  private Http2Seeds() {}

  static void write() throws IOException {
    byte[] settings = frame(SETTINGS, 0, 0, bytes("000300000064 000400100000 000500004000"));
    byte[] answer =
        concat(
            frame(HEADERS, END_HEADERS, 1, BEGIN),
            frame(DATA, 0, 1, bytes("0000000003 010203 0000000001 05")),
            frame(HEADERS, END_HEADERS | END_STREAM, 1, END));
    write("answer", concat(settings, frame(SETTINGS, 1, 0, new byte[0]), answer));
    write(
        "padded",
        concat(
            settings,
            frame(HEADERS, PADDED | END_HEADERS, 1, concat(bytes("02"), BEGIN, bytes("0000"))),
            frame(DATA, PADDED, 1, bytes("01 0000000001 05 00")),
            frame(HEADERS, END_STREAM, 1, bytes("")),
            frame(CONTINUATION, END_HEADERS, 1, END)));
    write(
        "control",
        concat(
            settings,
            frame(PING, 0, 0, bytes("0102030405060708")),
            frame(WINDOW_UPDATE, 0, 0, bytes("00010000")),
            frame(WINDOW_UPDATE, 0, 1, bytes("00010000")),
            frame(PRIORITY, 0, 1, bytes("0000000010")),
            frame(RST_STREAM, 0, 1, bytes("00000008")),
            frame(GOAWAY, 0, 0, bytes("00000001 00000000 627965"))));
    write(
        "huffman",
        concat(
            settings,
            // The status and the message of RFC 7541 C.6.1, and a table of 256 bytes.
            frame(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                bytes(
                    "3fe101 488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff"))));
    write("other-protocol", text("220 mail.example.org ESMTP\r\n"));
    write("too-large", concat(settings, bytes("ffffff000000000001")));
    write("index", concat(settings, frame(HEADERS, END_HEADERS, 1, bytes("ff80"))));
  }

  private static void write(String name, byte[] connection) throws IOException {
    SeedWriter.write(Target.HTTP2_CONNECTION, name, connection);
    SeedWriter.write(Target.HTTP2_FRAMES, name, concat(new byte[] {20}, connection));
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt((payload.length << 8) | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
