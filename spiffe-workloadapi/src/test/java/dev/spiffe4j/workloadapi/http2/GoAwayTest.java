package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Servers that say goodbye. */
class GoAwayTest extends ScriptedServerBase {
  @Test
  @DisplayName("RFC 9113 §6.8: streams up to the last one finish, those above it end")
  void splitsStreams() throws Exception {
    Peer peer = assertConnects();
    RecordingListener below = streaming();
    int last = peer.request();
    RecordingListener above = streaming();
    peer.request();
    peer.begin(last);
    peer.goAway(last, ErrorCode.NO_ERROR, "maintenance at noon");
    assertThat(above.assertEnd(Status.Code.UNAVAILABLE).getDescription())
        .contains("NO_ERROR")
        .contains("maintenance at noon");
    assertThat(above.isQuiet()).isTrue();
    peer.message(last, "finishes");
    assertThat(below.message()).isEqualTo("finishes");

    Peer second = assertConnects();
    peer.end(last);
    below.assertGood();
    peer.awaitEnd();
    assertWorks(second);
  }

  @Test
  @DisplayName("RFC 9113 §6.8: new calls use a new connection, also before the old one is closed")
  void newConnection() throws Exception {
    Peer peer = assertConnects();
    RecordingListener old = streaming();
    int stream = peer.request();
    peer.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
    peer.sync();
    Peer second = assertConnects();
    RecordingListener other = streaming();
    int otherStream = second.request();
    peer.goAway(stream, ErrorCode.NO_ERROR, "");
    peer.answer(stream, "old");
    old.assertGood("old");
    peer.awaitEnd();
    second.answer(otherStream, "new");
    other.assertGood("new");
    assertThat(server.isUnasked()).isTrue();
  }

  @Test
  @DisplayName("RFC 9113 §6.8: a later goodbye may name a smaller stream")
  void namesSmaller() throws Exception {
    Peer peer = assertConnects();
    RecordingListener first = streaming();
    int one = peer.request();
    RecordingListener second = streaming();
    int two = peer.request();
    peer.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "soon");
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    assertThat(second.isQuiet()).isTrue();
    peer.goAway(one, ErrorCode.ENHANCE_YOUR_CALM, "now");
    assertThat(second.assertEnd(Status.Code.UNAVAILABLE).getDescription())
        .contains("ENHANCE_YOUR_CALM")
        .contains("now");
    peer.answer(two, "not heard");
    peer.answer(one, "good");
    first.assertGood("good");
    peer.awaitEnd();
    assertConnects();
  }

  @Test
  @DisplayName("RFC 9113 §6.8: without a stream that it has begun, the connection is of no use")
  void noStream() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    peer.request();
    peer.goAway(0, ErrorCode.PROTOCOL_ERROR, "what is this");
    assertThat(listener.assertEnd(Status.Code.UNAVAILABLE).getDescription())
        .contains("PROTOCOL_ERROR")
        .contains("what is this");
    peer.awaitEnd();
    assertConnects();
  }

  @Test
  @DisplayName("RFC 9113 §5.4.1: a connection without calls is closed when the server goes away")
  void idle() throws Exception {
    Peer peer = assertConnects();
    peer.goAway(1, ErrorCode.NO_ERROR, "idle for long");
    peer.awaitEnd();
    assertConnects();
  }

  @Test
  @DisplayName("RFC 9113 §6.8: a goodbye that is closed behind ends its calls with the same words")
  void closes() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.goAway(stream, ErrorCode.INTERNAL_ERROR, "out of memory");
    peer.close();
    assertThat(listener.assertEnd(Status.Code.UNAVAILABLE).getDescription())
        .contains("INTERNAL_ERROR")
        .contains("out of memory");
    assertConnects();
  }

  @Test
  @DisplayName("calls that wait for others are not begun any more")
  void waiting() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, 1);
    peer.sync();
    RecordingListener open = streaming();
    int stream = peer.request();
    RecordingListener waiting = streaming();
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    peer.goAway(stream, ErrorCode.NO_ERROR, "");
    waiting.assertEnd(Status.Code.UNAVAILABLE);
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    peer.answer(stream, "good");
    open.assertGood("good");
    peer.awaitEnd();
    assertConnects();
  }

  @Test
  @DisplayName("the rest of a request is sent also after the goodbye")
  void sendsRest() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.INITIAL_WINDOW_SIZE, 0);
    peer.sync();
    RecordingListener listener = streaming();
    int stream = peer.next(Frame.HEADERS).stream;
    peer.goAway(stream, ErrorCode.NO_ERROR, "");
    peer.windowUpdate(stream, 1000);
    assertThat(peer.body(stream)).isEqualTo(Peer.grpc("request"));
    peer.answer(stream, "good");
    listener.assertGood("good");
    peer.awaitEnd();
    assertConnects();
  }

  @Test
  @DisplayName("a listener that holds a message hears all that had come before the connection went")
  void holds() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    Peer peer = assertConnects();
    RecordingListener listener = prepare().onMessage(message -> await(taken)).start();
    int stream = peer.request();
    peer.goAway(stream, ErrorCode.NO_ERROR, "");
    peer.answer(stream, "one", "two");
    peer.awaitEnd();
    taken.countDown();
    listener.assertGood("one", "two");
    assertConnects();
  }
}
