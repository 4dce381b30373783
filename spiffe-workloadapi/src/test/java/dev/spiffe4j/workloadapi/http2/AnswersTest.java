package dev.spiffe4j.workloadapi.http2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All the ways in which a server may answer rightly. */
class AnswersTest extends ScriptedServerBase {
  @Test
  @DisplayName("gRPC, Responses: one message, and a status")
  void unaryCall() throws Exception {
    RecordingListener listener = unary();
    Peer peer = server.next();
    peer.answer(peer.request(), "one");
    listener.assertGood("one");
  }

  @Test
  @DisplayName("gRPC, Responses: messages as they come, and in the end a status")
  void streamingCall() throws Exception {
    RecordingListener listener = streaming();
    Peer peer = server.next();
    int stream = peer.request();
    peer.begin(stream);
    for (int i = 0; i < 5; i++) {
      peer.message(stream, "message " + i);
      assertThat(listener.message()).isEqualTo("message " + i);
    }
    peer.end(stream);
    listener.assertGood();
  }

  @Test
  @DisplayName("gRPC, Responses: Trailers-Only")
  void trailersOnly() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    peer.lastHeaders(
        peer.request(),
        Block.of(
            ":status", "200",
            "content-type", "application/grpc",
            "grpc-status", "7",
            "grpc-message", "no%20identity%3A %E2%82%AC"));
    assertThat(listener.assertEnd(Status.Code.PERMISSION_DENIED).getDescription())
        .isEqualTo("no identity: €");
  }

  @Test
  @DisplayName("gRPC, Responses: a status of failure after messages")
  void failsLater() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "one");
    peer.lastHeaders(stream, Block.of("grpc-status", "14", "grpc-message", "later"));
    assertThat(listener.message()).isEqualTo("one");
    assertThat(listener.assertEnd(Status.Code.UNAVAILABLE).getDescription()).isEqualTo("later");
  }

  @Test
  @DisplayName("RFC 9113 §8.1: informational headers come before those of the answer")
  void informational() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.headers(stream, Block.of(":status", "103", "link", "nothing"));
    peer.headers(stream, Block.of(":status", "100"));
    peer.answer(stream, "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName("gRPC, Responses: a type that says how messages are coded")
  void subtype() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.headers(
        stream,
        Block.of(
            ":status", "200",
            "content-type", "application/grpc+proto",
            "grpc-encoding", "identity"));
    peer.message(stream, "good");
    peer.end(stream);
    listener.assertGood("good");
  }

  @Test
  @DisplayName("RFC 9113 §6.1, §6.2: padding everywhere")
  void padding() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    int headers = Frame.FLAG_PADDED | Frame.FLAG_END_HEADERS;
    peer.frame(Frame.HEADERS, headers, stream, padded(Block.BEGIN.bytes(), 17));
    peer.frame(Frame.DATA, Frame.FLAG_PADDED, stream, padded(Peer.grpc("padded"), 255));
    peer.frame(Frame.DATA, Frame.FLAG_PADDED, stream, padded(new byte[0], 9));
    peer.frame(Frame.DATA, Frame.FLAG_PADDED, stream, padded(Peer.grpc("not"), 0));
    peer.frame(Frame.HEADERS, headers | Frame.FLAG_END_STREAM, stream, padded(Block.OK.bytes(), 1));
    listener.assertGood("padded", "not");
  }

  static byte[] padded(byte[] content, int padding) {
    return ByteBuffer.allocate(1 + content.length + padding)
        .put((byte) padding)
        .put(content)
        .array();
  }

  @Test
  @DisplayName("RFC 9113 §6.2: headers with a priority, and padding, too")
  void priority() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    byte[] begin = Block.BEGIN.bytes();
    byte[] weighted = ByteBuffer.allocate(5 + begin.length).position(5).put(begin).array();
    int headers = Frame.FLAG_PRIORITY | Frame.FLAG_END_HEADERS;
    peer.frame(Frame.HEADERS, headers | Frame.FLAG_PADDED, stream, padded(weighted, 3));
    peer.frame(Frame.PRIORITY, 0, stream, new byte[5]);
    peer.message(stream, "good");
    peer.end(stream);
    listener.assertGood("good");
  }

  @Test
  @DisplayName("RFC 9113 §6.10: headers that go on in other frames")
  void continuation() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    byte[] begin = Block.BEGIN.bytes();
    peer.frame(Frame.HEADERS, 0, stream, Arrays.copyOf(begin, 3));
    peer.frame(Frame.CONTINUATION, 0, stream, Arrays.copyOfRange(begin, 3, 10));
    peer.frame(Frame.CONTINUATION, 0, stream, new byte[0]);
    peer.frame(
        Frame.CONTINUATION,
        Frame.FLAG_END_HEADERS,
        stream,
        Arrays.copyOfRange(begin, 10, begin.length));
    peer.message(stream, "good");
    peer.frame(Frame.HEADERS, Frame.FLAG_END_STREAM, stream, new byte[0]);
    peer.frame(Frame.CONTINUATION, Frame.FLAG_END_HEADERS, stream, Block.OK.bytes());
    listener.assertGood("good");
  }

  @Test
  @DisplayName("RFC 9113 §4.1: frames of unknown types, flags that mean nothing, the reserved bit")
  void unknown() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.frame(0x2a, 0xff, stream, new byte[30]);
    peer.frame(Frame.HEADERS, Frame.FLAG_END_HEADERS | 0xc2, stream | 1 << 31, begin());
    peer.frame(Frame.DATA, 0xf6, stream, Peer.grpc("good"));
    peer.frame(0xff, 0, 0, new byte[0]);
    peer.end(stream);
    listener.assertGood("good");
  }

  private static byte[] begin() {
    return Block.BEGIN.bytes();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 9, 11})
  @DisplayName("gRPC, Length-Prefixed-Message: frames end anywhere, also in a prefix")
  void splits(int size) throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    byte[] bytes = messages("one", "", "three");
    for (int from = 0; from < bytes.length; from += size) {
      peer.data(stream, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
    }
    peer.end(stream);
    listener.assertGood("one", "", "three");
  }

  @Test
  @DisplayName("gRPC, Length-Prefixed-Message: several messages in a frame")
  void several() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.data(stream, messages("one", "", "three", "four"));
    peer.end(stream);
    listener.assertGood("one", "", "three", "four");
  }

  private static byte[] messages(String... texts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String text : texts) {
      out.writeBytes(Peer.grpc(text));
    }
    return out.toByteArray();
  }

  @Test
  @DisplayName("RFC 9113 §4.1: a whole answer that comes byte by byte")
  void bytes() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Peer.frameOf(Frame.HEADERS, Frame.FLAG_END_HEADERS, stream, begin()));
    out.writeBytes(Peer.frameOf(Frame.DATA, 0, stream, Peer.grpc("slow")));
    for (byte each : out.toByteArray()) {
      peer.raw(new byte[] {each});
    }
    peer.end(stream);
    listener.assertGood("slow");
  }

  @Test
  @DisplayName("answers of several calls that are mixed")
  void interleaved() throws Exception {
    Peer peer = assertConnects();
    RecordingListener first = streaming();
    int one = peer.request();
    RecordingListener second = streaming();
    int two = peer.request();
    peer.begin(two);
    peer.begin(one);
    byte[] message = Peer.grpc("of the first");
    peer.data(one, Arrays.copyOf(message, 7));
    peer.message(two, "of the second");
    peer.data(one, Arrays.copyOfRange(message, 7, message.length));
    peer.end(two);
    second.assertGood("of the second");
    peer.end(one);
    first.assertGood("of the first");
  }

  @Test
  @DisplayName("RFC 7541 §2.3.2: fields that the client has to remember, also from other streams")
  void remembers() throws Exception {
    Peer peer = assertConnects();
    for (int i = 0; i < 3; i++) {
      RecordingListener listener = streaming();
      int stream = peer.request();
      boolean isFirst = i == 0;
      peer.headers(
          stream,
          isFirst
              ? Block.remembered(":status", "200", "content-type", "application/grpc")
              : Block.recalled(2, 1));
      peer.message(stream, "good");
      peer.lastHeaders(stream, isFirst ? Block.remembered("grpc-status", "0") : Block.recalled(0));
      listener.assertGood("good");
    }
  }

  @Test
  @DisplayName("a message of the largest size that is allowed")
  void largest() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    byte[] message = "0123456789abcdef".repeat(MAX_MESSAGE_BYTES / 16).getBytes(UTF_8);
    peer.begin(stream);
    new Allowance(peer).sendTo(stream, Peer.grpc(message));
    peer.end(stream);
    assertThat(listener.bytes()).isEqualTo(message);
    listener.assertGood();
  }
}
