package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may send, and what it has to answer. */
class SendingTest extends ScriptedServerBase {
  private static final int DEFAULT_WINDOW = 65_535;

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** What of a request the client has sent, now that it can send no more. */
  private static byte[] sent(Peer peer, int stream) throws Exception {
    return data(peer.sync(), stream);
  }

  private static byte[] data(List<SentFrame> frames, int stream) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    frames.stream()
        .filter(frame -> frame.is(Frame.DATA, stream))
        .forEach(frame -> data.writeBytes(frame.payload));
    return data.toByteArray();
  }

  @Test
  @DisplayName("RFC 9113 §6.9.2: a first window of nothing, and updates that open it by and by")
  void opensByAndBy() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.INITIAL_WINDOW_SIZE, 0);
    peer.sync();
    byte[] request = random(100);
    RecordingListener listener = prepare().request(request).start();
    int stream = peer.next(Frame.HEADERS).stream;
    assertThat(sent(peer, stream)).isEmpty();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size : new int[] {1, 4, 60}) {
      peer.windowUpdate(stream, size);
      SentFrame data = peer.next();
      assertThat(data.is(Frame.DATA, stream)).isTrue();
      assertThat(data.flags).isZero();
      assertThat(data.payload).hasSize(size);
      body.writeBytes(data.payload);
    }
    peer.windowUpdate(stream, 1000);
    body.writeBytes(peer.body(stream));
    assertThat(body.toByteArray()).isEqualTo(Peer.grpc(request));
    peer.answer(stream, "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName(
      "RFC 9113 §6.9.2: a first window that changes, changes open streams, below zero, too")
  void changes() throws Exception {
    Peer peer = assertConnects();
    byte[] request = random(150_000);
    RecordingListener listener = prepare().request(request).start();
    peer.windowUpdate(0, 1 << 20);
    int stream = peer.next(Frame.HEADERS).stream;
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(sent(peer, stream));
    assertThat(body.size()).isEqualTo(DEFAULT_WINDOW);

    peer.settings(Setting.INITIAL_WINDOW_SIZE, 10_000);
    peer.windowUpdate(stream, DEFAULT_WINDOW - 10_000);
    assertThat(sent(peer, stream)).isEmpty();
    peer.windowUpdate(stream, 100);
    body.writeBytes(sent(peer, stream));
    assertThat(body.size()).isEqualTo(DEFAULT_WINDOW + 100);

    peer.settings(Setting.INITIAL_WINDOW_SIZE, 10_050);
    body.writeBytes(sent(peer, stream));
    assertThat(body.size()).isEqualTo(DEFAULT_WINDOW + 150);

    peer.settings(Setting.INITIAL_WINDOW_SIZE, 1 << 20);
    body.writeBytes(peer.body(stream));
    assertThat(body.toByteArray()).isEqualTo(Peer.grpc(request));
    peer.answer(stream, "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName("RFC 9113 §6.9.2: a change of the first window does not change the connection's")
  void connectionKeeps() throws Exception {
    Peer peer = assertConnects();
    int used = Peer.grpc("request").length;
    peer.settings(Setting.INITIAL_WINDOW_SIZE, 1 << 20);
    peer.sync();
    byte[] request = random(100_000);
    RecordingListener listener = prepare().request(request).start();
    int stream = peer.next(Frame.HEADERS).stream;
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(sent(peer, stream));
    assertThat(body.size()).isEqualTo(DEFAULT_WINDOW - used);
    peer.windowUpdate(0, 1000);
    while (body.size() < DEFAULT_WINDOW - used + 1000) {
      body.writeBytes(peer.next(Frame.DATA).payload);
    }
    assertThat(sent(peer, stream)).isEmpty();
    peer.windowUpdate(0, 1 << 20);
    body.writeBytes(peer.body(stream));
    assertThat(body.toByteArray()).isEqualTo(Peer.grpc(request));
    peer.answer(stream, "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName("RFC 9113 §6.9: a stream that may send nothing does not keep others from it")
  void blockedStream() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.INITIAL_WINDOW_SIZE, 0);
    peer.sync();
    RecordingListener blocked = streaming();
    int first = peer.next(Frame.HEADERS).stream;
    RecordingListener other = streaming();
    int second = peer.next(Frame.HEADERS).stream;
    peer.windowUpdate(second, 100);
    assertThat(peer.body(second)).isEqualTo(Peer.grpc("request"));
    peer.answer(second, "good");
    other.assertGood("good");
    peer.windowUpdate(first, 100);
    assertThat(peer.body(first)).isEqualTo(Peer.grpc("request"));
    peer.answer(first, "good");
    blocked.assertGood("good");
  }

  @ParameterizedTest
  @ValueSource(ints = {16_384, 20_000, 100_000})
  @DisplayName("RFC 9113 §4.2: no frame is larger than the server allows")
  void frameSize(int maxFrame) throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.MAX_FRAME_SIZE, maxFrame, Setting.INITIAL_WINDOW_SIZE, 1 << 20);
    peer.windowUpdate(0, 1 << 20);
    peer.sync();
    byte[] request = random(200_000);
    RecordingListener listener = prepare().request(request).start();
    int stream = peer.next(Frame.HEADERS).stream;
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    SentFrame data;
    do {
      data = peer.next(Frame.DATA);
      assertThat(data.payload.length).isLessThanOrEqualTo(maxFrame);
      body.writeBytes(data.payload);
    } while (!data.has(Frame.FLAG_END_STREAM));
    assertThat(body.toByteArray()).isEqualTo(Peer.grpc(request));
    peer.answer(stream, "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName("a server that reads slowly gets a large request as a whole")
  void slowReader() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.INITIAL_WINDOW_SIZE, 8 << 20);
    peer.windowUpdate(0, 8 << 20);
    peer.sync();
    peer.stopReading();
    byte[] request = random(4 << 20);
    RecordingListener listener = prepare().request(request).start();
    // When this one ends, as much of the other one is sent as can be.
    prepare().timeout(Duration.ofMillis(50)).start().assertEnd(Status.Code.DEADLINE_EXCEEDED);
    peer.goOn();
    int stream = peer.next(Frame.HEADERS).stream;
    List<SentFrame> frames = new ArrayList<>();
    do {
      frames.add(peer.next());
    } while (!isEnd(frames.get(frames.size() - 1), stream));
    assertThat(data(frames, stream)).isEqualTo(Peer.grpc(request));
    peer.answer(stream, "good");
    listener.assertGood("good");
  }

  private static boolean isEnd(SentFrame frame, int stream) {
    return frame.is(Frame.DATA, stream) && frame.has(Frame.FLAG_END_STREAM);
  }

  @Test
  @DisplayName("RFC 9113 §5.1.2: no more streams than the server allows; the others wait")
  void concurrentStreams() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, 2);
    peer.sync();
    RecordingListener first = streaming();
    int one = peer.request();
    RecordingListener second = streaming();
    int two = peer.request();
    RecordingListener third = streaming();
    RecordingListener fourth = streaming();
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    peer.answer(one, "first");
    first.assertGood("first");
    int three = peer.request();
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, 3);
    int four = peer.request();
    peer.answer(three, "third");
    third.assertGood("third");
    peer.answer(four, "fourth");
    fourth.assertGood("fourth");
    peer.answer(two, "second");
    second.assertGood("second");
  }

  @Test
  @DisplayName("RFC 9113 §5.1.2: one that is cancelled makes way for one that waits")
  void cancelMakesWay() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, 1);
    peer.sync();
    RecordingListener first = streaming();
    int one = peer.request();
    RecordingListener second = streaming();
    first.call.cancel("enough", null);
    first.assertEnd(Status.Code.CANCELLED);
    peer.assertReset(one, ErrorCode.CANCEL);
    peer.answer(peer.request(), "second");
    second.assertGood("second");
  }

  @Test
  @DisplayName("RFC 9113 §6.5.2: no streams at all for now")
  void noStreams() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, 0);
    peer.sync();
    RecordingListener listener = streaming();
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, -1);
    peer.answer(peer.request(), "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName("a call that waits for others ends in time, and nothing is sent of it")
  void deadlineWhileWaiting() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, 1);
    peer.sync();
    RecordingListener first = streaming();
    int one = peer.request();
    RecordingListener second = prepare().timeout(Duration.ofMillis(50)).start();
    second.assertEnd(Status.Code.DEADLINE_EXCEEDED);
    RecordingListener third = streaming();
    third.call.cancel("not any more", null);
    third.assertEnd(Status.Code.CANCELLED);
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    peer.answer(one, "good");
    first.assertGood("good");
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §6.5.3: settings are acknowledged, each time, and unknown ones ignored")
  void acknowledges() throws Exception {
    Peer peer = assertConnects();
    for (int i = 0; i < 3; i++) {
      peer.settings(Setting.MAX_HEADER_LIST_SIZE, 10, 0xabcd, -1);
      SentFrame answer = peer.next();
      assertThat(answer.isSettingsAck()).isTrue();
      assertThat(answer.flags).isEqualTo(Frame.FLAG_ACK);
      assertThat(answer.is(Frame.SETTINGS, 0)).isTrue();
      assertThat(answer.payload).isEmpty();
    }
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §6.7: a ping is answered with the same data, without anything else to do")
  void answersPing() throws Exception {
    Peer peer = assertConnects();
    byte[] data = {1, 2, 3, 4, 5, 6, 7, -8};
    peer.ping(false, data);
    SentFrame answer = peer.next();
    assertThat(answer.is(Frame.PING, 0)).isTrue();
    assertThat(answer.flags).isEqualTo(Frame.FLAG_ACK);
    assertThat(answer.payload).isEqualTo(data);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §6.7: an answer to a ping is not answered")
  void ignoresPong() throws Exception {
    Peer peer = assertConnects();
    peer.ping(true, new byte[8]);
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §4.3.1: after a change of the table, headers begin with its size")
  void tableSize() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.HEADER_TABLE_SIZE, 0);
    peer.sync();
    for (int first : new int[] {0x20, 0x83, 0x83}) {
      RecordingListener listener = streaming();
      SentFrame headers = peer.next(Frame.HEADERS);
      assertThat(headers.payload[0] & 0xff).isEqualTo(first);
      peer.body(headers.stream);
      peer.answer(headers.stream, "good");
      listener.assertGood("good");
    }
  }

  @Test
  @DisplayName("RFC 9113 §8.1: an answer before the request was sent ends the request, too")
  void earlyAnswer() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.INITIAL_WINDOW_SIZE, 3);
    peer.sync();
    RecordingListener listener = streaming();
    int stream = peer.next(Frame.HEADERS).stream;
    assertThat(peer.next(Frame.DATA).payload).hasSize(3);
    peer.answer(stream, "early");
    listener.assertGood("early");
    peer.assertReset(stream, ErrorCode.NO_ERROR);
    peer.windowUpdate(stream, 100);
    assertThat(sent(peer, stream)).isEmpty();
    peer.settings(Setting.INITIAL_WINDOW_SIZE, 1000);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §5.1: of a request that was cancelled, nothing more is sent")
  void cancelsBody() throws Exception {
    Peer peer = assertConnects();
    peer.settings(Setting.INITIAL_WINDOW_SIZE, 3);
    peer.sync();
    RecordingListener listener = streaming();
    int stream = peer.next(Frame.HEADERS).stream;
    listener.call.cancel("enough", null);
    peer.assertReset(stream, ErrorCode.CANCEL);
    peer.windowUpdate(stream, 100);
    assertThat(sent(peer, stream)).isEmpty();
    listener.assertEnd(Status.Code.CANCELLED);
    peer.settings(Setting.INITIAL_WINDOW_SIZE, 1000);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §10.5: a server that asks without end and reads nothing is left")
  void asksAndDoesNotRead() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    peer.request();
    peer.stopReading();
    CountDownLatch left = new CountDownLatch(1);
    Thread asking =
        new Thread(
            () -> {
              peer.pingUntilClosed();
              left.countDown();
            });
    asking.start();
    listener.assertBroken(ErrorCode.ENHANCE_YOUR_CALM);
    await(left);
    assertConnects();
  }
}
