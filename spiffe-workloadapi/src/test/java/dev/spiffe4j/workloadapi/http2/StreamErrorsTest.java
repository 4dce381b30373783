package dev.spiffe4j.workloadapi.http2;

import static dev.spiffe4j.workloadapi.http2.Violation.protocol;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.workloadapi.http2.Violation.Script;
import io.grpc.Status;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors of a stream (RFC 9113 §5.4.2): its call ends, and the others on the connection go on. */
class StreamErrorsTest extends ScriptedServerBase {
  private static Violation notGrpc(String rule, Script script) {
    return new Violation(rule, ErrorCode.CANCEL, script);
  }

  private static Script headers(String... fields) {
    return (peer, stream) -> peer.headers(stream, Block.of(fields));
  }

  private static Script begun(Script script) {
    return (peer, stream) -> {
      peer.begin(stream);
      script.run(peer, stream);
    };
  }

  static List<Violation> frames() {
    return List.of(
        protocol("§8.1: DATA before HEADERS", (peer, stream) -> peer.message(stream, "early")),
        protocol(
            "§8.1: headers in the middle of an answer",
            begun((peer, stream) -> peer.headers(stream, Block.OK))),
        protocol(
            "§8.1: headers of an answer twice",
            begun((peer, stream) -> peer.headers(stream, Block.BEGIN))),
        protocol("§8.1: informational headers after the others", begun(headers(":status", "103"))),
        protocol("§6.9: an update of nothing", (peer, stream) -> peer.windowUpdate(stream, 0)));
  }

  static List<Violation> fields() {
    return List.of(
        protocol("§8.2.1: a name in upper case", headers(":status", "200", "X-Name", "value")),
        protocol("§8.2.1: a name with a space", headers(":status", "200", "x name", "value")),
        protocol("§8.2.1: no name", headers(":status", "200", "", "value")),
        protocol("§8.3: an unknown pseudo-header", headers(":status", "200", ":name", "value")),
        protocol("§8.3: a pseudo-header of requests", headers(":status", "200", ":path", "/")),
        protocol(
            "§8.3: a pseudo-header after the others",
            headers("content-type", "application/grpc", ":status", "200")),
        protocol("§8.3: a pseudo-header twice", headers(":status", "200", ":status", "200")));
  }

  static List<Violation> grpc() {
    return List.of(
        notGrpc("§8.3.2: no status of HTTP", headers("content-type", "application/grpc")),
        notGrpc("gRPC: no type", headers(":status", "200")),
        notGrpc("gRPC: another type", headers(":status", "200", "content-type", "text/html")),
        notGrpc(
            "gRPC: a type that only begins so",
            headers(":status", "200", "content-type", "application/grpcx")),
        notGrpc(
            "gRPC: messages that are compressed, as announced",
            headers(":status", "200", "content-type", "application/grpc", "grpc-encoding", "gzip")),
        notGrpc(
            "gRPC: a message that is compressed",
            begun((peer, stream) -> peer.data(stream, new byte[] {1, 0, 0, 0, 1, 7}))));
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §5.4.2: the stream is reset, and the others go on")
  @MethodSource({"frames", "fields", "grpc"})
  void resets(Violation violation) throws Exception {
    Peer peer = assertConnects();
    RecordingListener other = streaming();
    int otherStream = peer.request();
    peer.begin(otherStream);
    RecordingListener listener = streaming();
    int stream = peer.request();

    violation.run(peer, stream);
    peer.assertReset(stream, violation.told());
    listener.assertBroken(ErrorCode.PROTOCOL_ERROR);
    peer.message(otherStream, "goes on");
    peer.end(otherStream);
    other.assertGood("goes on");
    peer.answer(stream, "not heard");
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §6.9.1: a window of a stream that becomes too large")
  void largeWindow() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.windowUpdate(stream, Integer.MAX_VALUE - 65_535);
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    peer.windowUpdate(stream, 65_535);
    peer.assertReset(stream, ErrorCode.FLOW_CONTROL_ERROR);
    listener.assertEnd(Status.Code.INTERNAL);
    assertWorks(peer);
  }

  @ParameterizedTest
  @CsvSource({
    "400, INTERNAL",
    "401, UNAUTHENTICATED",
    "403, PERMISSION_DENIED",
    "404, UNIMPLEMENTED",
    "429, UNAVAILABLE",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE",
    "504, UNAVAILABLE",
    "500, UNKNOWN",
    "204, UNKNOWN",
  })
  @DisplayName("gRPC, HTTP to gRPC Status Code Mapping: somebody answers before gRPC does")
  void answersOfHttp(String status, Status.Code expected) throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.headers(stream, Block.of(":status", status, "content-type", "text/html"));
    peer.assertReset(stream, ErrorCode.CANCEL);
    peer.data(stream, "<html>".getBytes(UTF_8));
    assertThat(listener.assertEnd(expected).getDescription()).contains(status);
    RecordingListener second = streaming();
    peer.lastHeaders(peer.request(), Block.of(":status", status));
    second.assertEnd(expected);
    assertWorks(peer);
  }

  @Test
  @DisplayName("a message that is larger than allowed, which only its announcement says")
  void largeMessage() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.data(stream, Arrays.copyOf(Peer.grpc(new byte[MAX_MESSAGE_BYTES + 1]), 5));
    peer.assertReset(stream, ErrorCode.CANCEL);
    Status status = listener.assertEnd(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getCause()).isInstanceOf(MessageTooLargeException.class);
    assertThat(status.getDescription()).contains("4194305").contains("4194304");
    assertWorks(peer);
  }

  @Test
  @DisplayName("a message of which 4 GiB are announced")
  void hugeMessage() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.data(stream, new byte[] {0, -1, -1, -1, -1});
    peer.assertReset(stream, ErrorCode.CANCEL);
    assertThat(listener.assertEnd(Status.Code.RESOURCE_EXHAUSTED).getCause())
        .isInstanceOf(MessageTooLargeException.class);
    assertWorks(peer);
  }

  @Test
  @DisplayName("two messages where one is due")
  void twoMessages() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = unary();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "one");
    assertThat(listener.message()).isEqualTo("one");
    peer.message(stream, "two");
    peer.assertReset(stream, ErrorCode.CANCEL);
    listener.assertBroken(ErrorCode.PROTOCOL_ERROR);
    assertWorks(peer);
  }

  static List<Violation> endings() {
    return List.of(
        notGrpc(
            "gRPC: an answer that ends with data",
            begun(
                (peer, stream) ->
                    peer.frame(Frame.DATA, Frame.FLAG_END_STREAM, stream, new byte[0]))),
        notGrpc(
            "gRPC: an answer that ends in a message",
            begun(
                (peer, stream) -> {
                  peer.data(stream, Arrays.copyOf(Peer.grpc("half"), 7));
                  peer.end(stream);
                })),
        notGrpc(
            "gRPC: an answer that ends in a prefix",
            begun(
                (peer, stream) -> {
                  peer.data(stream, new byte[4]);
                  peer.end(stream);
                })),
        notGrpc(
            "gRPC: an answer that ends without a status",
            begun((peer, stream) -> peer.lastHeaders(stream, Block.of("x-other", "1")))),
        notGrpc(
            "gRPC: an answer that is headers only, without a status",
            (peer, stream) -> peer.lastHeaders(stream, Block.BEGIN)));
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §5.1: a stream that the server has ended wrongly is not reset")
  @MethodSource("endings")
  void endsWrongly(Violation violation) throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    violation.run(peer, stream);
    listener.assertBroken(ErrorCode.PROTOCOL_ERROR);
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    assertWorks(peer);
  }

  @Test
  @DisplayName("gRPC: messages before a wrong end are delivered")
  void deliversBefore() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.frame(Frame.DATA, Frame.FLAG_END_STREAM, stream, Peer.grpc("whole"));
    assertThat(listener.message()).isEqualTo("whole");
    listener.assertBroken(ErrorCode.PROTOCOL_ERROR);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §8.1: informational headers cannot be the end")
  void endsInformational() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    peer.lastHeaders(peer.request(), Block.of(":status", "103"));
    listener.assertBroken(ErrorCode.PROTOCOL_ERROR);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §8.1: there is no status of HTTP in trailers")
  void pseudoHeaderInTrailers() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "good");
    peer.lastHeaders(stream, Block.of(":status", "200", "grpc-status", "0"));
    assertThat(listener.message()).isEqualTo("good");
    listener.assertBroken(ErrorCode.PROTOCOL_ERROR);
    assertWorks(peer);
  }

  @ParameterizedTest
  @CsvSource({"-1", "17", "99", "none", "''", "99999999999"})
  @DisplayName("gRPC: a status that there is none of is UNKNOWN")
  void unknownStatus(String code) throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.lastHeaders(stream, Block.of("grpc-status", code));
    listener.assertEnd(Status.Code.UNKNOWN);
    assertWorks(peer);
  }
}
