package dev.spiffe4j.workloadapi.http2;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Takes frames apart (RFC 9113 §4 and §6), and checks of each what can be said of it alone: its
 * length, its padding, and whether it belongs to a stream. Everything that is wrong here ends the
 * connection.
 */
final class FrameReader {
  /**
   * What headers may take before they are decoded. Without it, a server could send CONTINUATION
   * frames until the memory is full.
   */
  static final int MAX_HEADER_BLOCK = 65_536;

  private static final int PRIORITY_BYTES = 5;
  private static final int MASK_31 = 0x7fff_ffff;

  /** Hears of frames. A payload is valid during the call only. */
  interface Handler {
    /** Some of a message; all bytes of the frame count for flow control, padding too. */
    void onData(int stream, ByteBuffer data, int flowControlled, boolean isLast)
        throws Http2Exception;

    void onHeaders(int stream, ByteBuffer block, boolean isLast) throws Http2Exception;

    void onReset(int stream, ErrorCode code) throws Http2Exception;

    void onSetting(int identifier, int value) throws Http2Exception;

    void onSettingsEnd() throws Http2Exception;

    void onPing(boolean isAck, long data) throws Http2Exception;

    void onGoAway(int lastStream, ErrorCode code, String debug) throws Http2Exception;

    void onWindowUpdate(int stream, int increment) throws Http2Exception;
  }

  private final Handler handler;
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private boolean hasStarted;

  /** Whose header block has begun, or 0. */
  private int blockStream;

  private boolean blockIsLast;
  private int blockCost;

  FrameReader(Handler handler) {
    this.handler = handler;
  }

  /**
   * Reads all frames that are whole.
   *
   * @return how many bytes there must be for the next one
   */
  int read(ByteBuffer bytes) throws Http2Exception {
    while (bytes.remaining() >= Frame.HEADER_BYTES) {
      int start = bytes.position();
      int length = bytes.getInt(start) >>> 8;
      int type = bytes.get(start + 3) & 0xff;
      int flags = bytes.get(start + 4);
      // The reserved bit is to be ignored.
      int stream = bytes.getInt(start + 5) & MASK_31;
      requirePreface(type, flags);
      if (length > Frame.MAX_PAYLOAD) {
        throw Http2Exception.frameSize("frame of " + length + " bytes");
      }
      int size = Frame.HEADER_BYTES + length;
      if (bytes.remaining() < size) {
        return size;
      }
      bytes.position(start + size);
      onFrame(type, flags, stream, bytes.slice(start + Frame.HEADER_BYTES, length));
    }
    return Frame.HEADER_BYTES;
  }

  /** §3.4: the first that a server sends are its settings; else it speaks something else. */
  private void requirePreface(int type, int flags) throws Http2Exception {
    if (!hasStarted && (type != Frame.SETTINGS || (flags & Frame.FLAG_ACK) != 0)) {
      throw Http2Exception.protocol("does not speak HTTP/2");
    }
    hasStarted = true;
  }

  private void onFrame(int type, int flags, int stream, ByteBuffer payload) throws Http2Exception {
    // §6.10: nothing may come between the parts of a header block.
    if (blockStream != 0 && (type != Frame.CONTINUATION || stream != blockStream)) {
      throw Http2Exception.protocol("frame of type " + type + " among headers");
    }
    switch (type) {
      case Frame.DATA -> onData(flags, requireStream(stream), payload);
      case Frame.HEADERS -> onHeaders(flags, requireStream(stream), payload);
      case Frame.PRIORITY -> onPriority(requireStream(stream), payload);
      case Frame.RST_STREAM -> onReset(requireStream(stream), payload);
      case Frame.SETTINGS -> onSettings(flags, requireNoStream(stream, payload));
      case Frame.PUSH_PROMISE -> throw Http2Exception.protocol("push, which we have disabled");
      case Frame.PING -> onPing(flags, requireNoStream(stream, payload));
      case Frame.GOAWAY -> onGoAway(requireNoStream(stream, payload));
      case Frame.WINDOW_UPDATE -> onWindowUpdate(stream, payload);
      case Frame.CONTINUATION -> onContinuation(flags, payload);
      // §4.1: unknown types are to be ignored.
      default -> {}
    }
  }

  private void onData(int flags, int stream, ByteBuffer payload) throws Http2Exception {
    int flowControlled = payload.remaining();
    ByteBuffer data = withoutPadding(flags, payload);
    handler.onData(stream, data, flowControlled, (flags & Frame.FLAG_END_STREAM) != 0);
  }

  private void onHeaders(int flags, int stream, ByteBuffer payload) throws Http2Exception {
    ByteBuffer fragment = withoutPadding(flags, payload);
    if ((flags & Frame.FLAG_PRIORITY) != 0) {
      if (fragment.remaining() < PRIORITY_BYTES) {
        // §6.2: it is the padding that is wrong, if there is any.
        throw (flags & Frame.FLAG_PADDED) != 0
            ? Http2Exception.protocol("padding where there is a priority")
            : Http2Exception.frameSize("headers too short for their priority");
      }
      fragment.position(fragment.position() + PRIORITY_BYTES);
    }
    boolean isLast = (flags & Frame.FLAG_END_STREAM) != 0;
    if ((flags & Frame.FLAG_END_HEADERS) != 0) {
      handler.onHeaders(stream, fragment, isLast);
      return;
    }
    blockStream = stream;
    blockIsLast = isLast;
    blockCost = 0;
    add(fragment);
  }

  private void onContinuation(int flags, ByteBuffer fragment) throws Http2Exception {
    if (blockStream == 0) {
      throw Http2Exception.protocol("continuation of nothing");
    }
    add(fragment);
    if ((flags & Frame.FLAG_END_HEADERS) != 0) {
      int stream = blockStream;
      blockStream = 0;
      ByteBuffer whole = ByteBuffer.wrap(block.toByteArray());
      block.reset();
      handler.onHeaders(stream, whole, blockIsLast);
    }
  }

  private void add(ByteBuffer fragment) throws Http2Exception {
    // Each frame costs something, or empty ones could come for ever.
    blockCost += Frame.HEADER_BYTES + fragment.remaining();
    if (blockCost > MAX_HEADER_BLOCK) {
      throw new Http2Exception(
          ErrorCode.ENHANCE_YOUR_CALM, "headers of more than " + MAX_HEADER_BLOCK + " bytes");
    }
    byte[] bytes = new byte[fragment.remaining()];
    fragment.get(bytes);
    block.writeBytes(bytes);
  }

  /** §5.3.2: to be ignored. */
  private static void onPriority(int unused, ByteBuffer payload) throws Http2Exception {
    requireLength(payload, PRIORITY_BYTES);
  }

  private void onReset(int stream, ByteBuffer payload) throws Http2Exception {
    requireLength(payload, Integer.BYTES);
    handler.onReset(stream, ErrorCode.of(payload.getInt()));
  }

  private void onSettings(int flags, ByteBuffer payload) throws Http2Exception {
    if ((flags & Frame.FLAG_ACK) != 0) {
      requireLength(payload, 0);
      return;
    }
    if (payload.remaining() % Frame.SETTING_BYTES != 0) {
      throw Http2Exception.frameSize("settings of " + payload.remaining() + " bytes");
    }
    while (payload.hasRemaining()) {
      handler.onSetting(payload.getShort() & 0xffff, payload.getInt());
    }
    handler.onSettingsEnd();
  }

  private void onPing(int flags, ByteBuffer payload) throws Http2Exception {
    requireLength(payload, Long.BYTES);
    handler.onPing((flags & Frame.FLAG_ACK) != 0, payload.getLong());
  }

  private void onGoAway(ByteBuffer payload) throws Http2Exception {
    if (payload.remaining() < 2 * Integer.BYTES) {
      throw Http2Exception.frameSize("GOAWAY of " + payload.remaining() + " bytes");
    }
    int lastStream = payload.getInt() & MASK_31;
    ErrorCode code = ErrorCode.of(payload.getInt());
    handler.onGoAway(lastStream, code, HpackDecoder.text(payload));
  }

  private void onWindowUpdate(int stream, ByteBuffer payload) throws Http2Exception {
    requireLength(payload, Integer.BYTES);
    handler.onWindowUpdate(stream, payload.getInt() & MASK_31);
  }

  /** §6.1: the padding is shorter than the payload. */
  private static ByteBuffer withoutPadding(int flags, ByteBuffer payload) throws Http2Exception {
    if ((flags & Frame.FLAG_PADDED) == 0) {
      return payload;
    }
    if (!payload.hasRemaining()) {
      throw Http2Exception.frameSize("too short for its padding");
    }
    int padding = payload.get() & 0xff;
    if (padding > payload.remaining()) {
      throw Http2Exception.protocol("padding of " + padding + " bytes");
    }
    return payload.limit(payload.limit() - padding);
  }

  private static int requireStream(int stream) throws Http2Exception {
    if (stream == 0) {
      throw Http2Exception.protocol("frame of a stream without one");
    }
    return stream;
  }

  private static ByteBuffer requireNoStream(int stream, ByteBuffer payload) throws Http2Exception {
    if (stream != 0) {
      throw Http2Exception.protocol("frame of the connection on a stream");
    }
    return payload;
  }

  private static void requireLength(ByteBuffer payload, int length) throws Http2Exception {
    if (payload.remaining() != length) {
      throw Http2Exception.frameSize(
          "frame of " + payload.remaining() + " bytes (expected: " + length + ")");
    }
  }
}
