package dev.spiffe4j.workloadapi.http2;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Lets a fuzzer in where the client reads HTTP/2, without a connection. */
public final class Answers implements FrameReader.Handler {
  private static final int MAX_MESSAGE_BYTES = 4096;

  private final HpackDecoder hpack = new HpackDecoder();
  private final MessageReader messages = new MessageReader(MAX_MESSAGE_BYTES);
  private int received;
  private int released;

  private Answers() {}

  /**
   * Reads what a server sends: frames, headers, and one stream of messages.
   *
   * @param data bytes of a connection
   * @param cut where they are cut, which must not matter
   * @throws IOException if they break the protocol
   */
  public static void read(byte[] data, int cut) throws IOException {
    FrameReader frames = new FrameReader(new Answers());
    ByteBuffer bytes = ByteBuffer.wrap(data);
    frames.read(bytes.limit(Math.min(cut, data.length)));
    int needed = frames.read(bytes.limit(data.length));
    if (needed <= bytes.remaining()) {
      throw new AssertionError("a whole frame was left");
    }
  }

  @Override
  public void onData(int stream, ByteBuffer data, int flowControlled, boolean isLast)
      throws Http2Exception {
    received += data.remaining();
    messages.add(data);
    try {
      byte[] message = messages.next();
      while (message != null) {
        if (message.length > MAX_MESSAGE_BYTES) {
          throw new AssertionError("a message above the limit");
        }
        message = messages.next();
      }
    } catch (MessageTooLargeException e) {
      throw Http2Exception.protocol(e.getMessage());
    }
    released += messages.takeReleased();
    if (released > received || (messages.isEmpty() && released != received)) {
      throw new AssertionError("bytes are lost or counted twice");
    }
  }

  @Override
  public void onHeaders(int stream, ByteBuffer block, boolean isLast) throws Http2Exception {
    ResponseHeaders headers = new ResponseHeaders();
    hpack.decode(block, headers);
    if (headers.problem() == null && !headers.isInformational()) {
      Object unused = isLast ? headers.status() : headers.refusal();
    }
  }

  @Override
  public void onReset(int stream, ErrorCode code) {}

  @Override
  public void onSetting(int identifier, int value) {}

  @Override
  public void onSettingsEnd() {}

  @Override
  public void onPing(boolean isAck, long data) {}

  @Override
  public void onGoAway(int lastStream, ErrorCode code, String debug) {}

  @Override
  public void onWindowUpdate(int stream, int increment) {}
}
