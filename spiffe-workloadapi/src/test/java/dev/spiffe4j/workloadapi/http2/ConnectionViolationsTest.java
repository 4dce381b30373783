package dev.spiffe4j.workloadapi.http2;

import static dev.spiffe4j.workloadapi.http2.Violation.protocol;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.workloadapi.http2.Violation.Script;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Errors of a connection (RFC 9113 §5.4.1): the server hears why, the connection is closed, its
 * calls end, and the next one gets another connection.
 */
class ConnectionViolationsTest extends ScriptedServerBase {
  private static final int MAX_WINDOW = Integer.MAX_VALUE;
  private static final int IDLE = 1001;

  private static Violation frameSize(String rule, Script script) {
    return new Violation(rule, ErrorCode.FRAME_SIZE_ERROR, script);
  }

  private static Violation flowControl(String rule, Script script) {
    return new Violation(rule, ErrorCode.FLOW_CONTROL_ERROR, script);
  }

  private static Violation compression(String rule, Script script) {
    return new Violation(rule, ErrorCode.COMPRESSION_ERROR, script);
  }

  private static Script frame(int type, int flags, byte[] payload) {
    return (peer, stream) -> peer.frame(type, flags, stream, payload);
  }

  private static Script ofConnection(int type, int flags, byte[] payload) {
    return (peer, stream) -> peer.frame(type, flags, 0, payload);
  }

  private static Script block(int... bytes) {
    byte[] block = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      block[i] = (byte) bytes[i];
    }
    return frame(Frame.HEADERS, Frame.FLAG_END_HEADERS, block);
  }

  private static Script setting(int identifier, int value) {
    return (peer, stream) -> peer.settings(identifier, value);
  }

  static List<Violation> streams() {
    return List.of(
        protocol("§5.1: DATA of an idle stream", (peer, stream) -> peer.data(IDLE, new byte[1])),
        protocol("§5.1: HEADERS of an idle stream", (peer, stream) -> peer.begin(IDLE)),
        protocol("§5.1: RST_STREAM of an idle stream", (peer, stream) -> peer.reset(IDLE, 8)),
        protocol(
            "§5.1: WINDOW_UPDATE of an idle stream", (peer, stream) -> peer.windowUpdate(IDLE, 1)),
        protocol("§5.1.1: a stream of the server's", (peer, stream) -> peer.begin(2)),
        protocol(
            "§5.1.1: data of a stream of the server's",
            (peer, stream) -> peer.data(4, new byte[1])),
        protocol("§6.1: DATA of no stream", ofConnection(Frame.DATA, 0, new byte[1])),
        protocol(
            "§6.2: HEADERS of no stream",
            ofConnection(Frame.HEADERS, Frame.FLAG_END_HEADERS, new byte[0])),
        protocol("§6.3: PRIORITY of no stream", ofConnection(Frame.PRIORITY, 0, new byte[5])),
        protocol("§6.4: RST_STREAM of no stream", ofConnection(Frame.RST_STREAM, 0, new byte[4])),
        protocol("§6.5: SETTINGS of a stream", frame(Frame.SETTINGS, 0, new byte[0])),
        protocol(
            "§6.6: PUSH_PROMISE", frame(Frame.PUSH_PROMISE, Frame.FLAG_END_HEADERS, Peer.bytes(2))),
        protocol("§6.7: PING of a stream", frame(Frame.PING, 0, new byte[8])),
        protocol("§6.8: GOAWAY of a stream", frame(Frame.GOAWAY, 0, new byte[8])));
  }

  static List<Violation> payloads() {
    return List.of(
        frameSize(
            "§4.2: a frame that is larger than allowed",
            (peer, stream) -> peer.data(stream, new byte[Frame.MAX_PAYLOAD + 1])),
        protocol(
            "§6.1: padding as long as the rest",
            frame(Frame.DATA, Frame.FLAG_PADDED, new byte[] {3, 0, 0})),
        frameSize("§6.1: no place for padding", frame(Frame.DATA, Frame.FLAG_PADDED, new byte[0])),
        protocol(
            "§6.2: headers that are padding only, and more",
            frame(Frame.HEADERS, Frame.FLAG_PADDED | Frame.FLAG_END_HEADERS, new byte[] {9, 0})),
        frameSize("§6.3: PRIORITY of 4 bytes", frame(Frame.PRIORITY, 0, new byte[4])),
        frameSize("§6.4: RST_STREAM of 5 bytes", frame(Frame.RST_STREAM, 0, new byte[5])),
        frameSize("§6.5: SETTINGS of 7 bytes", ofConnection(Frame.SETTINGS, 0, new byte[7])),
        frameSize(
            "§6.5: an acknowledgement with settings",
            ofConnection(Frame.SETTINGS, Frame.FLAG_ACK, new byte[6])),
        frameSize("§6.7: PING of 7 bytes", ofConnection(Frame.PING, 0, new byte[7])),
        frameSize("§6.8: GOAWAY of 7 bytes", ofConnection(Frame.GOAWAY, 0, new byte[7])),
        frameSize("§6.9: WINDOW_UPDATE of 3 bytes", frame(Frame.WINDOW_UPDATE, 0, new byte[3])));
  }

  static List<Violation> settings() {
    return List.of(
        protocol("§6.5.2: push is to be allowed", setting(Setting.ENABLE_PUSH, 1)),
        protocol("§6.5.2: push is neither", setting(Setting.ENABLE_PUSH, 2)),
        flowControl("§6.5.2: window of 2^31", setting(Setting.INITIAL_WINDOW_SIZE, MAX_WINDOW + 1)),
        protocol("§6.5.2: frames of 2^14-1", setting(Setting.MAX_FRAME_SIZE, 16_383)),
        protocol("§6.5.2: frames of 2^24", setting(Setting.MAX_FRAME_SIZE, 1 << 24)),
        protocol("§6.5.2: frames of 2^31", setting(Setting.MAX_FRAME_SIZE, 1 << 31)),
        flowControl(
            "§6.9.2: a change that makes a window too large",
            (peer, stream) -> {
              peer.windowUpdate(stream, MAX_WINDOW - 65_535);
              peer.settings(Setting.INITIAL_WINDOW_SIZE, 70_000);
            }));
  }

  static List<Violation> windows() {
    return List.of(
        protocol("§6.9: an update of nothing", (peer, stream) -> peer.windowUpdate(0, 0)),
        protocol(
            "§6.9: an update of nothing but the reserved bit",
            (peer, stream) -> peer.windowUpdate(0, 1 << 31)),
        flowControl(
            "§6.9.1: a window that becomes too large",
            (peer, stream) -> peer.windowUpdate(0, MAX_WINDOW)));
  }

  static List<Violation> blocks() {
    return List.of(
        compression("RFC 7541 §6.1: index 0", block(0x80)),
        compression("RFC 7541 §2.3.3: an index that is not there", block(0xbe + 20)),
        compression(
            "RFC 7541 §5.1: an integer without end", block(0xff, 0xff, 0xff, 0xff, 0xff, 1)),
        compression("RFC 7541 §5.2: a string without end", block(0x00, 0x05, 'a')),
        compression(
            "RFC 7541 §5.2: padding of Huffman that is none", block(0x00, 0x81, 0x00, 0x00)),
        compression("RFC 7541 §6.3: a table that is larger than allowed", block(0x3f, 0xe2, 0x1f)),
        compression("RFC 7541 §4.2: a size of the table after fields", block(0x88, 0x20)),
        protocol(
            "§6.10: CONTINUATION of nothing",
            frame(Frame.CONTINUATION, Frame.FLAG_END_HEADERS, new byte[0])),
        protocol(
            "§6.10: DATA among headers", among((peer, stream) -> peer.data(stream, new byte[1]))),
        protocol(
            "§6.10: PING among headers", among((peer, stream) -> peer.ping(false, new byte[8]))),
        protocol(
            "§6.10: an unknown frame among headers",
            among((peer, stream) -> peer.frame(0x2a, 0, stream, new byte[0]))),
        protocol(
            "§6.10: CONTINUATION of another stream",
            among(
                (peer, stream) ->
                    peer.frame(
                        Frame.CONTINUATION, Frame.FLAG_END_HEADERS, stream - 2, new byte[0]))),
        new Violation(
            "§10.5.1: headers without end",
            ErrorCode.ENHANCE_YOUR_CALM,
            among((peer, stream) -> flood(peer, stream, new byte[1000]))),
        new Violation(
            "§10.5.1: headers without end, and nothing in them",
            ErrorCode.ENHANCE_YOUR_CALM,
            among((peer, stream) -> flood(peer, stream, new byte[0]))));
  }

  private static Script among(Script script) {
    return (peer, stream) -> {
      peer.frame(Frame.HEADERS, 0, stream, new byte[0]);
      script.run(peer, stream);
    };
  }

  private static void flood(Peer peer, int stream, byte[] payload) throws Exception {
    int size = Frame.HEADER_BYTES + payload.length;
    // To the first frame that is too much: the pipe is broken behind it.
    for (int sent = Frame.HEADER_BYTES; sent <= FrameReader.MAX_HEADER_BLOCK; sent += size) {
      peer.frame(Frame.CONTINUATION, 0, stream, payload);
    }
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §5.4.1: what breaks a rule ends the connection, and no other")
  @MethodSource({"streams", "payloads", "settings", "windows", "blocks"})
  void ends(Violation violation) throws Exception {
    Peer peer = assertConnects();
    RecordingListener first = streaming();
    int other = peer.request();
    RecordingListener second = unary();
    int stream = peer.request();
    peer.begin(other);
    peer.message(other, "before");
    assertThat(first.message()).isEqualTo("before");
    peer.sync();

    violation.run(peer, stream);
    peer.assertLeft(violation.told());
    first.assertBroken(violation.told());
    second.assertBroken(violation.told());
    assertConnects();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "220 mail.example.org ESMTP\r\n",
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      })
  @DisplayName("RFC 9113 §3.4: a server that speaks something else")
  void speaksElse(String greeting) throws Exception {
    assertLeftAfter(greeting.getBytes(US_ASCII));
  }

  /** A connection that begins with these bytes, and one that begins well. */
  private void assertLeftAfter(byte[] beginning) throws Exception {
    RecordingListener listener = streaming();
    Peer peer = server.silent();
    peer.readPreface();
    peer.raw(beginning);
    peer.assertLeft(ErrorCode.PROTOCOL_ERROR);
    listener.assertBroken(ErrorCode.PROTOCOL_ERROR);
    assertConnects();
  }

  @Test
  @DisplayName("RFC 9113 §3.4: a server that begins with another frame than its settings")
  void beginsWrong() throws Exception {
    assertLeftAfter(Peer.frameOf(Frame.PING, 0, 0, new byte[8]));
  }

  @Test
  @DisplayName("RFC 9113 §3.4: an acknowledgement is not the settings of the server")
  void beginsWithAck() throws Exception {
    assertLeftAfter(Peer.frameOf(Frame.SETTINGS, Frame.FLAG_ACK, 0, new byte[0]));
  }

  @Test
  @DisplayName("RFC 9113 §6.9.1: a byte more than the stream's window")
  void exceedsWindow() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    Peer peer = assertConnects();
    RecordingListener listener = prepare().onMessage(message -> await(taken)).start();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "held");
    assertThat(listener.message()).isEqualTo("held");
    peer.dataInFrames(stream, new byte[Allowance.WINDOW - Peer.grpc("held").length]);
    assertThat(peer.sync()).noneMatch(frame -> frame.type == Frame.GOAWAY);
    assertThat(listener.isQuiet()).isTrue();

    peer.data(stream, new byte[1]);
    peer.assertLeft(ErrorCode.FLOW_CONTROL_ERROR);
    taken.countDown();
    listener.assertBroken(ErrorCode.FLOW_CONTROL_ERROR);
    assertConnects();
  }

  @Test
  @DisplayName("RFC 9113 §5.4.1: calls that wait for others end as well, as they were not sent")
  void endsWaiting() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, 1);
    peer.sync();
    RecordingListener open = streaming();
    peer.request();
    RecordingListener waiting = streaming();
    peer.sync();
    peer.windowUpdate(0, 0);
    open.assertBroken(ErrorCode.PROTOCOL_ERROR);
    assertThat(waiting.end().getCode()).isIn(Status.Code.INTERNAL, Status.Code.UNAVAILABLE);
    assertConnects();
  }

  @Test
  @DisplayName("RFC 9113 §5.4.1: what comes behind the error is not listened to")
  void hearsNothingBehind() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    byte[] error = Peer.frameOf(Frame.WINDOW_UPDATE, 0, 0, new byte[4]);
    byte[] begin = Peer.frameOf(Frame.HEADERS, Frame.FLAG_END_HEADERS, stream, Block.BEGIN.bytes());
    byte[] data = Peer.frameOf(Frame.DATA, 0, stream, Peer.grpc("behind"));
    peer.raw(concat(error, begin, data));
    listener.assertBroken(ErrorCode.PROTOCOL_ERROR);
    assertThat(listener.isQuiet()).isTrue();
    assertConnects();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
