package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final String SETTINGS = frame(Frame.SETTINGS, 0, 0, "");
  private static final int END = Frame.FLAG_END_HEADERS;
  private static final int END_STREAM = Frame.FLAG_END_STREAM;
  private static final int PADDED = Frame.FLAG_PADDED;
  private static final int PRIORITY = Frame.FLAG_PRIORITY;

  /** One of each, and headers in two parts. */
  private static final String ALL =
      frame(Frame.SETTINGS, 0, 0, "0004 00100000")
          + frame(Frame.SETTINGS, Frame.FLAG_ACK, 0, "")
          + frame(Frame.HEADERS, PADDED, 1, "01 82 00")
          + frame(Frame.CONTINUATION, END, 1, "86")
          + frame(Frame.DATA, PADDED, 1, "02 6162 0000")
          + frame(0x0b, 0, 1, "010203")
          + frame(Frame.PRIORITY, 0, 1, zeros(5))
          + frame(Frame.PING, 0, 0, "0102030405060708")
          + frame(Frame.WINDOW_UPDATE, 0, 1, "00000001")
          + frame(Frame.DATA, END_STREAM, 1, "")
          + frame(Frame.RST_STREAM, 0, 1, "00000008")
          + frame(Frame.GOAWAY, 0, 0, "00000001 00000000 627965");

  private static final List<String> ALL_HEARD =
      List.of(
          "setting 4 1048576",
          "settings",
          "headers 1 8286",
          "data 1 6162 of 5",
          "ping false 102030405060708",
          "window 1 1",
          "data 1  of 0, last",
          "reset 1 CANCEL",
          "goaway 1 NO_ERROR bye");

  private final Recorder recorder = new Recorder();
  private final FrameReader reader = new FrameReader(recorder);

  /** Writes down what it hears. */
  private static final class Recorder implements FrameReader.Handler {
    private final List<String> heard = new ArrayList<>();

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
  }

  private static String frame(int type, int flags, int stream, String payload) {
    String bytes = payload.replace(" ", "");
    return "%06x%02x%02x%08x%s".formatted(bytes.length() / 2, type, flags, stream, bytes);
  }

  private static String zeros(int bytes) {
    return "00".repeat(bytes);
  }

  private int read(String... frames) throws Http2Exception {
    return reader.read(Hex.bytes(String.join("", frames)));
  }

  /** What is heard of some frames behind the first settings. */
  private static List<String> heard(String... frames) throws Http2Exception {
    FrameReaderTest fresh = new FrameReaderTest();
    fresh.read(SETTINGS);
    fresh.recorder.heard.clear();
    fresh.read(frames);
    return fresh.recorder.heard;
  }

  private static void assertRefused(ErrorCode code, String... frames) {
    assertThatExceptionOfType(Http2Exception.class)
        .isThrownBy(() -> heard(frames))
        .extracting(Http2Exception::code)
        .isEqualTo(code);
  }

  @Test
  @DisplayName("RFC 9113 §3.4: a server begins with settings, which may be empty")
  void readsPreface() throws Exception {
    assertThat(read(SETTINGS)).isEqualTo(Frame.HEADER_BYTES);
    assertThat(recorder.heard).containsExactly("settings");
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §3.4: a server that begins with anything else speaks something else")
  @ValueSource(
      strings = {
        "000000 04 01 00000000", // acknowledged settings
        "000008 06 00 00000000 0000000000000000",
        "000000 0b 00 00000000", // of a type that is not known
        "000000 00 00 00000001",
        "48545450 2f312e31 20343030 20426164", // HTTP/1.1 400 Bad
        "150301 0002 0232 00000000", // an alert of TLS
      })
  void refusesOtherPreface(String bytes) throws Exception {
    assertThat(heard(SETTINGS)).hasSize(1);
    assertThatExceptionOfType(Http2Exception.class)
        .isThrownBy(() -> read(bytes))
        .withMessage("does not speak HTTP/2")
        .extracting(Http2Exception::code)
        .isEqualTo(ErrorCode.PROTOCOL_ERROR);
    assertThat(recorder.heard).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §4.1, §5.5: unknown types are ignored, whatever they say")
  @ValueSource(ints = {0x0a, 0x0b, 0x10, 0x7f, 0x80, 0xff})
  void ignoresUnknownTypes(int type) throws Exception {
    String ping = frame(Frame.PING, 0, 0, zeros(8));
    assertThat(heard(frame(type, 0xff, 0, "0102"), frame(type, 0, 7, ""), ping))
        .containsExactly("ping false 0");
  }

  @Test
  @DisplayName("RFC 9113 §4.1: flags that are not defined are ignored")
  void ignoresUnknownFlags() throws Exception {
    assertThat(
            heard(
                frame(Frame.DATA, 0xf6, 1, "61"),
                frame(Frame.HEADERS, END | 0xd2, 1, "82"),
                frame(Frame.PING, 0xfe, 0, zeros(8)),
                frame(Frame.SETTINGS, 0xfe, 0, ""),
                frame(Frame.GOAWAY, 0xff, 0, zeros(8)),
                frame(Frame.WINDOW_UPDATE, 0xff, 1, "00000001")))
        .containsExactly(
            "data 1 61 of 1",
            "headers 1 82",
            "ping false 0",
            "settings",
            "goaway 0 NO_ERROR ",
            "window 1 1");
  }

  @Test
  @DisplayName("RFC 9113 §4.1: the reserved bit is ignored")
  void ignoresReservedBit() throws Exception {
    assertThat(
            heard(
                frame(Frame.DATA, 0, 0x8000_0003, "61"),
                frame(Frame.PING, 0, 0x8000_0000, zeros(8)),
                frame(Frame.WINDOW_UPDATE, 0, 0x8000_0000, "ffffffff"),
                frame(Frame.GOAWAY, 0, 0, "80000005 00000000")))
        .containsExactly(
            "data 3 61 of 1", "ping false 0", "window 0 2147483647", "goaway 5 NO_ERROR ");
    assertThat(heard(frame(Frame.DATA, 0, 0xffff_ffff, "")))
        .containsExactly("data 2147483647  of 0");
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §4.2: no frame is larger than 2^14 bytes")
  @ValueSource(ints = {Frame.DATA, Frame.HEADERS, 0x0b})
  void boundsFrames(int type) throws Exception {
    heard(frame(type, END, 1, zeros(Frame.MAX_PAYLOAD)));
    assertRefused(ErrorCode.FRAME_SIZE_ERROR, frame(type, END, 1, zeros(Frame.MAX_PAYLOAD + 1)));
  }

  @Test
  @DisplayName("RFC 9113 §4.2: a frame that is too large is refused before it has come")
  void refusesAnnounced() throws Exception {
    assertThat(heard("004000 00 00 00000001")).isEmpty();
    assertRefused(ErrorCode.FRAME_SIZE_ERROR, "004001 00 00 00000001");
    assertRefused(ErrorCode.FRAME_SIZE_ERROR, "ffffff 00 00 00000001");
  }

  @Test
  @DisplayName("RFC 9113 §6.1: data, and the end of a stream")
  void readsData() throws Exception {
    assertThat(
            heard(
                frame(Frame.DATA, 0, 1, "6162"),
                frame(Frame.DATA, 0, 1, ""),
                frame(Frame.DATA, END_STREAM, 1, "63")))
        .containsExactly("data 1 6162 of 2", "data 1  of 0", "data 1 63 of 1, last");
  }

  @Test
  @DisplayName("RFC 9113 §6.1, §6.9.1: padding of data is no data, and counts")
  void stripsPaddingOfData() throws Exception {
    assertThat(
            heard(
                frame(Frame.DATA, PADDED, 1, "02 6162 0000"),
                frame(Frame.DATA, PADDED, 1, "00 6162"),
                frame(Frame.DATA, PADDED, 1, "00"),
                frame(Frame.DATA, PADDED | END_STREAM, 1, "ff" + zeros(255))))
        .containsExactly(
            "data 1 6162 of 5", "data 1 6162 of 3", "data 1  of 1", "data 1  of 256, last");
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §6.1, §6.2: padding is not longer than what is there")
  @CsvSource({
    "00, 01",
    "01 00, 02 00",
    "02 61 0000, 04 61 0000",
    "02 61 0000, ff 61 0000",
  })
  void refusesPadding(String right, String wrong) throws Exception {
    for (int type : new int[] {Frame.DATA, Frame.HEADERS}) {
      assertThat(heard(frame(type, PADDED | END, 1, right))).hasSize(1);
      assertRefused(ErrorCode.PROTOCOL_ERROR, frame(type, PADDED | END, 1, wrong));
    }
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §4.2: a frame with padding says how much")
  @ValueSource(ints = {Frame.DATA, Frame.HEADERS})
  void requiresPadLength(int type) throws Exception {
    assertThat(heard(frame(type, PADDED | END, 1, "00"))).hasSize(1);
    assertRefused(ErrorCode.FRAME_SIZE_ERROR, frame(type, PADDED | END, 1, ""));
  }

  @Test
  @DisplayName("RFC 9113 §6.2: headers, and the end of a stream")
  void readsHeaders() throws Exception {
    assertThat(
            heard(
                frame(Frame.HEADERS, END, 1, "8286"),
                frame(Frame.HEADERS, END | END_STREAM, 3, "82"),
                frame(Frame.HEADERS, END, 5, "")))
        .containsExactly("headers 1 8286", "headers 3 82, last", "headers 5 ");
  }

  @Test
  @DisplayName("RFC 9113 §6.2: padding and priority of headers are no headers")
  void stripsHeaders() throws Exception {
    assertThat(
            heard(
                frame(Frame.HEADERS, END | PADDED, 1, "02 82 0000"),
                frame(Frame.HEADERS, END | PRIORITY, 1, "80000003 10 82"),
                frame(Frame.HEADERS, END | PRIORITY, 1, "80000003 10"),
                frame(Frame.HEADERS, END | PRIORITY | PADDED, 1, "01 80000003 10 82 00")))
        .containsExactly("headers 1 82", "headers 1 82", "headers 1 ", "headers 1 82");
  }

  @Test
  @DisplayName("RFC 9113 §4.2: headers with a priority have all of it")
  void requiresPriority() throws Exception {
    assertThat(heard(frame(Frame.HEADERS, END | PRIORITY, 1, zeros(5)))).hasSize(1);
    assertRefused(ErrorCode.FRAME_SIZE_ERROR, frame(Frame.HEADERS, END | PRIORITY, 1, zeros(4)));
    assertRefused(ErrorCode.FRAME_SIZE_ERROR, frame(Frame.HEADERS, END | PRIORITY, 1, ""));
  }

  @Test
  @DisplayName("RFC 9113 §6.2: padding is not longer than what the priority leaves")
  void refusesPaddingInPriority() throws Exception {
    int flags = END | PRIORITY | PADDED;
    assertThat(heard(frame(Frame.HEADERS, flags, 1, "02 80000003 10 0000"))).hasSize(1);
    assertRefused(ErrorCode.PROTOCOL_ERROR, frame(Frame.HEADERS, flags, 1, "03 80000003 10 0000"));
  }

  @Test
  @DisplayName("RFC 9113 §6.10: parts of headers are joined")
  void joins() throws Exception {
    assertThat(
            heard(
                frame(Frame.HEADERS, END_STREAM, 1, "01"),
                frame(Frame.CONTINUATION, 0, 1, "0203"),
                frame(Frame.CONTINUATION, 0, 1, ""),
                frame(Frame.CONTINUATION, END, 1, "04"),
                frame(Frame.HEADERS, PADDED | PRIORITY, 3, "01 0000000000 05 00"),
                frame(Frame.CONTINUATION, END | END_STREAM | PADDED, 3, "06"),
                frame(Frame.HEADERS, END, 5, "07")))
        .containsExactly("headers 1 01020304, last", "headers 3 0506", "headers 5 07");
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §4.3, §6.10: nothing comes between the parts of headers")
  @ValueSource(
      ints = {
        Frame.DATA,
        Frame.HEADERS,
        Frame.PRIORITY,
        Frame.RST_STREAM,
        Frame.SETTINGS,
        Frame.PUSH_PROMISE,
        Frame.PING,
        Frame.GOAWAY,
        Frame.WINDOW_UPDATE,
        0x0b
      })
  void refusesBetween(int type) throws Exception {
    String begin = frame(Frame.HEADERS, 0, 1, "82");
    String end = frame(Frame.CONTINUATION, END, 1, "86");
    assertThat(heard(begin, end)).containsExactly("headers 1 8286");
    for (int stream = 0; stream < 2; stream++) {
      assertRefused(ErrorCode.PROTOCOL_ERROR, begin, frame(type, 0, stream, zeros(8)));
    }
  }

  @Test
  @DisplayName("RFC 9113 §6.10: headers go on in their stream")
  void refusesOtherStream() throws Exception {
    String begin = frame(Frame.HEADERS, 0, 1, "82");
    assertThat(heard(begin, frame(Frame.CONTINUATION, END, 1, "86"))).hasSize(1);
    assertRefused(ErrorCode.PROTOCOL_ERROR, begin, frame(Frame.CONTINUATION, END, 3, "86"));
    assertRefused(ErrorCode.PROTOCOL_ERROR, begin, frame(Frame.CONTINUATION, END, 0, "86"));
  }

  @Test
  @DisplayName("RFC 9113 §6.10: only what has begun and not ended goes on")
  void refusesContinuationOfNothing() throws Exception {
    String end = frame(Frame.CONTINUATION, END, 1, "86");
    assertThat(heard(frame(Frame.HEADERS, 0, 1, "82"), end)).hasSize(1);
    assertRefused(ErrorCode.PROTOCOL_ERROR, end);
    assertRefused(ErrorCode.PROTOCOL_ERROR, frame(Frame.CONTINUATION, END, 0, "86"));
    assertRefused(ErrorCode.PROTOCOL_ERROR, frame(Frame.HEADERS, END, 1, "82"), end);
    assertRefused(ErrorCode.PROTOCOL_ERROR, frame(Frame.HEADERS, 0, 1, "82"), end, end);
  }

  @Test
  @DisplayName("RFC 9113 §10.5.1: headers have no more bytes than can be meant")
  void boundsHeaders() throws Exception {
    String begin = frame(Frame.HEADERS, 0, 1, zeros(Frame.MAX_PAYLOAD));
    String more = frame(Frame.CONTINUATION, 0, 1, zeros(Frame.MAX_PAYLOAD)).repeat(2);
    int left = FrameReader.MAX_HEADER_BLOCK - 3 * Frame.MAX_PAYLOAD - 4 * Frame.HEADER_BYTES;
    String block = begin + more + frame(Frame.CONTINUATION, END, 1, zeros(left));
    assertThat(heard(block)).hasSize(1);
    assertThat(heard(block, block)).as("each block is counted anew").hasSize(2);
    assertRefused(
        ErrorCode.ENHANCE_YOUR_CALM,
        begin,
        more,
        frame(Frame.CONTINUATION, END, 1, zeros(left + 1)));
  }

  @Test
  @DisplayName("RFC 9113 §10.5: parts of headers do not come for ever, though they are empty")
  void boundsContinuations() throws Exception {
    int frames = FrameReader.MAX_HEADER_BLOCK / Frame.HEADER_BYTES;
    String begin = frame(Frame.HEADERS, 0, 1, "");
    String more = frame(Frame.CONTINUATION, 0, 1, "");
    String end = frame(Frame.CONTINUATION, END, 1, "");
    assertThat(heard(begin, more.repeat(frames - 2), end)).containsExactly("headers 1 ");
    assertRefused(ErrorCode.ENHANCE_YOUR_CALM, begin, more.repeat(frames));
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §4.2, §6: frames of one size")
  @CsvSource({
    "PRIORITY, 2, 0, 1, 5",
    "RST_STREAM, 3, 0, 1, 4",
    "acknowledged SETTINGS, 4, 1, 0, 0",
    "PING, 6, 0, 0, 8",
    "acknowledged PING, 6, 1, 0, 8",
    "WINDOW_UPDATE of the connection, 8, 0, 0, 4",
    "WINDOW_UPDATE of a stream, 8, 0, 1, 4",
  })
  void requiresSize(String name, int type, int flags, int stream, int size) throws Exception {
    assertThat(heard(frame(type, flags, stream, zeros(size)))).as(name).hasSizeLessThan(2);
    for (int wrong : new int[] {0, 1, size - 1, size + 1, 2 * size, 100}) {
      if (wrong >= 0 && wrong != size) {
        assertRefused(ErrorCode.FRAME_SIZE_ERROR, frame(type, flags, stream, zeros(wrong)));
      }
    }
  }

  @Test
  @DisplayName("RFC 9113 §6.5: settings are pairs of 6 bytes")
  void readsSettings() throws Exception {
    assertThat(heard(frame(Frame.SETTINGS, 0, 0, "0004 00100000 ffff ffffffff 0003 00000000")))
        .containsExactly(
            "setting 4 1048576", "setting 65535 4294967295", "setting 3 0", "settings");
    for (int wrong : new int[] {1, 5, 7, 11, 13}) {
      assertRefused(ErrorCode.FRAME_SIZE_ERROR, frame(Frame.SETTINGS, 0, 0, zeros(wrong)));
    }
  }

  @Test
  @DisplayName("RFC 9113 §6.5: that our settings were read is no news")
  void readsSettingsAck() throws Exception {
    assertThat(heard(frame(Frame.SETTINGS, Frame.FLAG_ACK, 0, ""))).isEmpty();
  }

  @Test
  @DisplayName("RFC 9113 §6.8: GOAWAY has 8 bytes, and text behind them")
  void readsGoAway() throws Exception {
    assertThat(heard(frame(Frame.GOAWAY, 0, 0, "00000003 0000000b 746f 6f20 6d75 6368")))
        .containsExactly("goaway 3 ENHANCE_YOUR_CALM too much");
    assertThat(heard(frame(Frame.GOAWAY, 0, 0, "7fffffff 00000000")))
        .containsExactly("goaway 2147483647 NO_ERROR ");
    for (int wrong : new int[] {0, 4, 7}) {
      assertRefused(ErrorCode.FRAME_SIZE_ERROR, frame(Frame.GOAWAY, 0, 0, zeros(wrong)));
    }
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §7: codes of errors; those that are not known are as good as one that is")
  @CsvSource({
    "00000000, NO_ERROR",
    "00000001, PROTOCOL_ERROR",
    "00000007, REFUSED_STREAM",
    "00000008, CANCEL",
    "0000000d, HTTP_1_1_REQUIRED",
    "0000000e, INTERNAL_ERROR",
    "ffffffff, INTERNAL_ERROR",
  })
  void readsReset(String hex, ErrorCode code) throws Exception {
    assertThat(heard(frame(Frame.RST_STREAM, 0, 1, hex))).containsExactly("reset 1 " + code);
    assertThat(heard(frame(Frame.GOAWAY, 0, 0, "00000000" + hex)))
        .containsExactly("goaway 0 " + code + " ");
  }

  @Test
  @DisplayName("RFC 9113 §6.7: pings, and answers to them")
  void readsPing() throws Exception {
    assertThat(
            heard(
                frame(Frame.PING, 0, 0, "0123456789abcdef"),
                frame(Frame.PING, Frame.FLAG_ACK, 0, "fedcba9876543210")))
        .containsExactly("ping false 123456789abcdef", "ping true fedcba9876543210");
  }

  @Test
  @DisplayName("RFC 9113 §6.9: updates of both kinds of windows")
  void readsWindowUpdate() throws Exception {
    assertThat(
            heard(
                frame(Frame.WINDOW_UPDATE, 0, 0, "00000001"),
                frame(Frame.WINDOW_UPDATE, 0, 5, "7fffffff"),
                frame(Frame.WINDOW_UPDATE, 0, 5, "00000000")))
        .containsExactly("window 0 1", "window 5 2147483647", "window 5 0");
  }

  @Test
  @DisplayName("RFC 9113 §5.3.2: priorities are ignored")
  void ignoresPriority() throws Exception {
    assertThat(heard(frame(Frame.PRIORITY, 0, 1, "80000003 10"))).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §6.1, §6.2, §6.3, §6.4: frames that belong to a stream")
  @CsvSource({
    "DATA, 0, 0",
    "HEADERS, 1, 0",
    "PRIORITY, 2, 5",
    "RST_STREAM, 3, 4",
  })
  void requiresStream(String name, int type, int size) throws Exception {
    assertThat(heard(frame(type, END, 1, zeros(size)))).as(name).hasSizeLessThan(2);
    assertRefused(ErrorCode.PROTOCOL_ERROR, frame(type, END, 0, zeros(size)));
    assertRefused(ErrorCode.PROTOCOL_ERROR, frame(type, END, 0x8000_0000, zeros(size)));
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §6.5, §6.7, §6.8: frames that belong to the connection")
  @CsvSource({
    "SETTINGS, 4, 0, 0",
    "acknowledged SETTINGS, 4, 1, 0",
    "PING, 6, 0, 8",
    "GOAWAY, 7, 0, 8",
  })
  void requiresNoStream(String name, int type, int flags, int size) throws Exception {
    assertThat(heard(frame(type, flags, 0, zeros(size)))).as(name).hasSizeLessThan(2);
    assertRefused(ErrorCode.PROTOCOL_ERROR, frame(type, flags, 1, zeros(size)));
  }

  @Test
  @DisplayName("RFC 9113 §6.6, §8.4: nothing is pushed, since we have disabled it")
  void refusesPush() throws Exception {
    assertThat(heard(frame(Frame.HEADERS, END, 1, "82"))).hasSize(1);
    assertRefused(ErrorCode.PROTOCOL_ERROR, frame(Frame.PUSH_PROMISE, END, 1, "00000002 82"));
    assertRefused(ErrorCode.PROTOCOL_ERROR, frame(Frame.PUSH_PROMISE, 0, 0, ""));
  }

  @Test
  @DisplayName("frames are the same, wherever they are cut")
  void readsPieces() throws Exception {
    byte[] all = Hex.bytes(ALL).array();
    for (int first = 0; first <= all.length; first++) {
      assertThat(heardInPieces(all, first, all.length - first)).isEqualTo(ALL_HEARD);
    }
    for (int piece = 1; piece <= all.length; piece++) {
      assertThat(heardInPieces(all, piece, piece)).isEqualTo(ALL_HEARD);
    }
  }

  /** As a connection reads: what was not taken stays in front of what comes. */
  private static List<String> heardInPieces(byte[] bytes, int first, int then)
      throws Http2Exception {
    FrameReaderTest fresh = new FrameReaderTest();
    ByteBuffer input = ByteBuffer.allocate(bytes.length);
    int end = 0;
    for (int piece = first; end < bytes.length; piece = then) {
      int count = Math.min(piece, bytes.length - end);
      input.put(bytes, end, count);
      end += count;
      input.flip();
      int needed = fresh.reader.read(input);
      assertThat(needed).isGreaterThan(input.remaining());
      input.compact();
    }
    assertThat(input.position()).isZero();
    return fresh.recorder.heard;
  }

  @Test
  @DisplayName("how many bytes there must be: those of a header, and then of the frame")
  void saysHowManyAreNeeded() throws Exception {
    assertThat(read(SETTINGS)).isEqualTo(Frame.HEADER_BYTES);
    byte[] ping = Hex.bytes(frame(Frame.PING, 0, 0, zeros(8))).array();
    for (int there = 0; there < ping.length; there++) {
      ByteBuffer bytes = ByteBuffer.wrap(ping, 0, there);
      boolean isHeader = there >= Frame.HEADER_BYTES;
      assertThat(reader.read(bytes)).isEqualTo(isHeader ? ping.length : Frame.HEADER_BYTES);
      assertThat(bytes.position()).isZero();
    }
    assertThat(reader.read(ByteBuffer.wrap(ping))).isEqualTo(Frame.HEADER_BYTES);
    assertThat(read("004000 00 00 00000001")).isEqualTo(Frame.HEADER_BYTES + Frame.MAX_PAYLOAD);
  }

  @Test
  @DisplayName("the frames before a wrong one are heard")
  void readsBeforeWrong() {
    String ping = frame(Frame.PING, 0, 0, zeros(8));
    assertThatExceptionOfType(Http2Exception.class)
        .isThrownBy(() -> read(SETTINGS, ping, frame(Frame.PING, 0, 1, zeros(8)), ping));
    assertThat(recorder.heard).containsExactly("settings", "ping false 0");
  }
}
