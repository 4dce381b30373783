package dev.spiffe4j.workloadapi.http2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/** Frames that were not sent yet. */
final class Output {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final ByteQueue bytes = new ByteQueue();

  /** How many bytes wait. */
  int size() {
    return bytes.size();
  }

  /** What a client begins with (RFC 9113 §3.4). */
  void preface() {
    byte[] preface = PREFACE.getBytes(StandardCharsets.US_ASCII);
    bytes.append(preface.length).put(preface);
  }

  /** Settings: numbers and values. */
  void settings(int... pairs) {
    ByteBuffer payload = begin(Frame.SETTINGS, 0, 0, pairs.length / 2 * Frame.SETTING_BYTES);
    for (int i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
  }

  void settingsAck() {
    begin(Frame.SETTINGS, Frame.FLAG_ACK, 0, 0);
  }

  /** Of our size, they fit into a frame. */
  void headers(int stream, byte[] block) {
    begin(Frame.HEADERS, Frame.FLAG_END_HEADERS, stream, block.length).put(block);
  }

  void data(int stream, byte[] body, int from, int length, boolean isLast) {
    int flags = isLast ? Frame.FLAG_END_STREAM : 0;
    begin(Frame.DATA, flags, stream, length).put(body, from, length);
  }

  void reset(int stream, ErrorCode code) {
    begin(Frame.RST_STREAM, 0, stream, Integer.BYTES).putInt(code.number());
  }

  void windowUpdate(int stream, int increment) {
    begin(Frame.WINDOW_UPDATE, 0, stream, Integer.BYTES).putInt(increment);
  }

  void ping(boolean isAck, long data) {
    begin(Frame.PING, isAck ? Frame.FLAG_ACK : 0, 0, Long.BYTES).putLong(data);
  }

  /** §6.8: with the last stream of the server's that was seen; it can have none. */
  void goAway(ErrorCode code) {
    begin(Frame.GOAWAY, 0, 0, 2 * Integer.BYTES).putInt(0).putInt(code.number());
  }

  /**
   * Sends as much as can be sent now.
   *
   * @return whether that was all
   */
  boolean flush(WritableByteChannel target) throws IOException {
    bytes.writeTo(target);
    return bytes.size() == 0;
  }

  private ByteBuffer begin(int type, int flags, int stream, int length) {
    return bytes
        .append(Frame.HEADER_BYTES + length)
        .putInt(length << 8 | type)
        .put((byte) flags)
        .putInt(stream);
  }
}
