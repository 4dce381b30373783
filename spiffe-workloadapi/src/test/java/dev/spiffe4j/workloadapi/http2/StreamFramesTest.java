package dev.spiffe4j.workloadapi.http2;

import static dev.spiffe4j.workloadapi.http2.RecordedFrames.assertRefused;
import static dev.spiffe4j.workloadapi.http2.RecordedFrames.frame;
import static dev.spiffe4j.workloadapi.http2.RecordedFrames.heard;
import static dev.spiffe4j.workloadapi.http2.RecordedFrames.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DATA, and HEADERS with their CONTINUATION. */
class StreamFramesTest {
  private static final int END = Frame.FLAG_END_HEADERS;
  private static final int END_STREAM = Frame.FLAG_END_STREAM;
  private static final int PADDED = Frame.FLAG_PADDED;
  private static final int PRIORITY = Frame.FLAG_PRIORITY;

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
}
