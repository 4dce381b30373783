package dev.spiffe4j.workloadapi.http2;

import static dev.spiffe4j.workloadapi.http2.RecordedFrames.SETTINGS;
import static dev.spiffe4j.workloadapi.http2.RecordedFrames.assertRefused;
import static dev.spiffe4j.workloadapi.http2.RecordedFrames.frame;
import static dev.spiffe4j.workloadapi.http2.RecordedFrames.heard;
import static dev.spiffe4j.workloadapi.http2.RecordedFrames.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of all frames. */
class FrameReaderTest {
  private static final int END = Frame.FLAG_END_HEADERS;
  private static final int END_STREAM = Frame.FLAG_END_STREAM;
  private static final int PADDED = Frame.FLAG_PADDED;

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

  private final RecordedFrames frames = new RecordedFrames();

  @Test
  @DisplayName("RFC 9113 §3.4: a server begins with settings, which may be empty")
  void readsPreface() throws Exception {
    assertThat(frames.read(SETTINGS)).isEqualTo(Frame.HEADER_BYTES);
    assertThat(frames.heard).containsExactly("settings");
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
        .isThrownBy(() -> frames.read(bytes))
        .withMessage("does not speak HTTP/2")
        .extracting(Http2Exception::code)
        .isEqualTo(ErrorCode.PROTOCOL_ERROR);
    assertThat(frames.heard).isEmpty();
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
    RecordedFrames fresh = new RecordedFrames();
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
    return fresh.heard;
  }

  @Test
  @DisplayName("how many bytes there must be: those of a header, and then of the frame")
  void saysHowManyAreNeeded() throws Exception {
    assertThat(frames.read(SETTINGS)).isEqualTo(Frame.HEADER_BYTES);
    byte[] ping = Hex.bytes(frame(Frame.PING, 0, 0, zeros(8))).array();
    for (int there = 0; there < ping.length; there++) {
      ByteBuffer bytes = ByteBuffer.wrap(ping, 0, there);
      boolean isHeader = there >= Frame.HEADER_BYTES;
      assertThat(frames.reader.read(bytes)).isEqualTo(isHeader ? ping.length : Frame.HEADER_BYTES);
      assertThat(bytes.position()).isZero();
    }
    assertThat(frames.reader.read(ByteBuffer.wrap(ping))).isEqualTo(Frame.HEADER_BYTES);
    assertThat(frames.read("004000 00 00 00000001"))
        .isEqualTo(Frame.HEADER_BYTES + Frame.MAX_PAYLOAD);
  }

  @Test
  @DisplayName("the frames before a wrong one are heard")
  void readsBeforeWrong() {
    String ping = frame(Frame.PING, 0, 0, zeros(8));
    assertThatExceptionOfType(Http2Exception.class)
        .isThrownBy(() -> frames.read(SETTINGS, ping, frame(Frame.PING, 0, 1, zeros(8)), ping));
    assertThat(frames.heard).containsExactly("settings", "ping false 0");
  }
}
