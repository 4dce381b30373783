package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a reader makes of frames that are written in hex. */
final class RecordedFrames implements FrameReader.Handler {
  static final String SETTINGS = frame(Frame.SETTINGS, 0, 0, "");

  final List<String> heard = new ArrayList<>();
  final FrameReader reader = new FrameReader(this);

  @Override
  public void onData(int stream, ByteBuffer data, int flowControlled, boolean isLast) {
    heard.add("data " + stream + " " + Hex.of(data) + " of " + flowControlled + last(isLast));
  }

  @Override
  public void onHeaders(int stream, ByteBuffer block, boolean isLast) {
    heard.add("headers " + stream + " " + Hex.of(block) + last(isLast));
  }

  private static String last(boolean isLast) {
    return isLast ? ", last" : "";
  }

  @Override
  public void onReset(int stream, ErrorCode code) {
    heard.add("reset " + stream + " " + code);
  }

  @Override
  public void onSetting(int identifier, int value) {
    heard.add("setting " + identifier + " " + Integer.toUnsignedString(value));
  }

  @Override
  public void onSettingsEnd() {
    heard.add("settings");
  }

  @Override
  public void onPing(boolean isAck, long data) {
    heard.add("ping " + isAck + " " + Long.toHexString(data));
  }

  @Override
  public void onGoAway(int lastStream, ErrorCode code, String debug) {
    heard.add("goaway " + lastStream + " " + code + " " + debug);
  }

  @Override
  public void onWindowUpdate(int stream, int increment) {
    heard.add("window " + stream + " " + increment);
  }

  static String frame(int type, int flags, int stream, String payload) {
    String bytes = payload.replace(" ", "");
    return "%06x%02x%02x%08x%s".formatted(bytes.length() / 2, type, flags, stream, bytes);
  }

  static String zeros(int bytes) {
    return "00".repeat(bytes);
  }

  int read(String... frames) throws Http2Exception {
    return reader.read(Hex.bytes(String.join("", frames)));
  }

  /** What is heard of some frames behind the first settings. */
  static List<String> heard(String... frames) throws Http2Exception {
    RecordedFrames fresh = new RecordedFrames();
    fresh.read(SETTINGS);
    fresh.heard.clear();
    fresh.read(frames);
    return fresh.heard;
  }

  static void assertRefused(ErrorCode code, String... frames) {
    assertThatExceptionOfType(Http2Exception.class)
        .isThrownBy(() -> heard(frames))
        .extracting(Http2Exception::code)
        .isEqualTo(code);
  }
}
