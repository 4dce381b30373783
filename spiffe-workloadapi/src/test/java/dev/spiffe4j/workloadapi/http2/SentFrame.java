package dev.spiffe4j.workloadapi.http2;

import java.nio.ByteBuffer;

/** A frame that a client has sent. */
final class SentFrame {
  /** Stands for the end of the connection. */
  static final int END = -1;

  final int type;
  final int flags;
  final int stream;
  final byte[] payload;

  SentFrame(int type, int flags, int stream, byte[] payload) {
    this.type = type;
    this.flags = flags;
    this.stream = stream;
    this.payload = payload;
  }

  static SentFrame end() {
    return new SentFrame(END, 0, 0, new byte[0]);
  }

  boolean is(int expectedType, int expectedStream) {
    return type == expectedType && stream == expectedStream;
  }

  boolean isSettingsAck() {
    return type == Frame.SETTINGS && has(Frame.FLAG_ACK);
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The number at a place of the payload. */
  int number(int offset) {
    return ByteBuffer.wrap(payload).getInt(offset);
  }

  ErrorCode errorCode(int offset) {
    return ErrorCode.of(number(offset));
  }

  @Override
  public String toString() {
    return "type " + type + ", flags " + flags + ", stream " + stream + ", " + payload.length;
  }
}
