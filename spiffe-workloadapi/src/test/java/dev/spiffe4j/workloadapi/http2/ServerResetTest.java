package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams that one side gives up, while the other one does not know of it. */
class ServerResetTest extends ScriptedServerBase {
  @ParameterizedTest
  @CsvSource({
    "0, INTERNAL",
    "1, INTERNAL",
    "2, INTERNAL",
    "3, INTERNAL",
    "6, INTERNAL",
    "7, UNAVAILABLE",
    "8, CANCELLED",
    "9, INTERNAL",
    "11, RESOURCE_EXHAUSTED",
    "12345, INTERNAL",
  })
  @DisplayName("gRPC, Errors: what RST_STREAM of a server means")
  void codes(int code, Status.Code expected) throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "before");
    assertThat(listener.message()).isEqualTo("before");
    peer.reset(stream, code);
    assertThat(listener.assertEnd(expected).getDescription())
        .contains(ErrorCode.of(code).toString());
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    assertWorks(peer);
  }

  @Test
  @DisplayName("gRPC, Errors: INADEQUATE_SECURITY means that there is no permission")
  void inadequateSecurity() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    peer.reset(peer.request(), ErrorCode.INADEQUATE_SECURITY.number());
    listener.assertEnd(Status.Code.PERMISSION_DENIED);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §8.1: a server may want nothing more of a request that it has answered")
  void resetAfterAnswer() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.answer(stream, "good");
    peer.reset(stream, ErrorCode.NO_ERROR.number());
    listener.assertGood("good");
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §5.1: frames of a stream that the client has cancelled are ignored")
  void ignoresCancelled() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    listener.call.cancel("enough", null);
    peer.assertReset(stream, ErrorCode.CANCEL);
    peer.begin(stream);
    peer.message(stream, "not heard");
    peer.windowUpdate(stream, 0);
    peer.frame(Frame.PRIORITY, 0, stream, new byte[5]);
    peer.end(stream);
    peer.reset(stream, ErrorCode.CANCEL.number());
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    listener.assertEnd(Status.Code.CANCELLED);
    assertWorks(peer);
    assertThat(listener.isQuiet()).isTrue();
  }

  @Test
  @DisplayName("RFC 9113 §4.3: headers of a cancelled stream are read, since others build on them")
  void remembersOfCancelled() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    listener.call.cancel("enough", null);
    peer.assertReset(stream, ErrorCode.CANCEL);
    peer.headers(
        stream, Block.remembered(":status", "200", "content-type", "application/grpc+json"));
    peer.lastHeaders(stream, Block.remembered("grpc-status", "0"));
    listener.assertEnd(Status.Code.CANCELLED);

    RecordingListener next = streaming();
    int second = peer.request();
    peer.headers(second, Block.recalled(2, 1));
    peer.message(second, "good");
    peer.lastHeaders(second, Block.recalled(0));
    next.assertGood("good");
  }

  @Test
  @DisplayName("RFC 9113 §4.3: malformed headers are read to their end, since others build on them")
  void remembersOfMalformed() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.headers(
        stream,
        Block.remembered("Upper", "case", ":status", "200", "content-type", "application/grpc"));
    peer.assertReset(stream, ErrorCode.PROTOCOL_ERROR);
    listener.assertBroken(ErrorCode.PROTOCOL_ERROR);

    RecordingListener next = streaming();
    int second = peer.request();
    peer.headers(second, Block.recalled(1, 0));
    peer.message(second, "good");
    peer.end(second);
    next.assertGood("good");
  }

  @Test
  @DisplayName("RFC 9113 §5.1: a reset that comes while a listener holds a message ends the call")
  void resetWhileHeld() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    Peer peer = assertConnects();
    RecordingListener listener = prepare().onMessage(message -> await(taken)).start();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "held");
    peer.message(stream, "dropped");
    assertThat(listener.message()).isEqualTo("held");
    peer.reset(stream, ErrorCode.REFUSED_STREAM.number());
    peer.sync();
    taken.countDown();
    listener.assertEnd(Status.Code.UNAVAILABLE);
    assertThat(listener.isQuiet()).isTrue();
    assertWorks(peer);
  }
}
