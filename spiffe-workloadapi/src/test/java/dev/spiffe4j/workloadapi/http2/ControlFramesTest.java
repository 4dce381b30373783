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

/** The frames that carry neither headers nor data. */
class ControlFramesTest {
  private static final int END = Frame.FLAG_END_HEADERS;

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
}
