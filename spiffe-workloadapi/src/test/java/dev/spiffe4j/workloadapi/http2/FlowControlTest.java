package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a server may send: a listener that is slow bounds its own stream, and no other. */
class FlowControlTest extends ScriptedServerBase {
  private static final int HALF = Allowance.WINDOW / 2;

  private final CountDownLatch taken = new CountDownLatch(1);

  /** A call whose listener does not return from its first message until it may. */
  private RecordingListener slow() {
    return prepare()
        .on(task -> new Thread(task).start())
        .onMessage(message -> await(taken))
        .start();
  }

  /** Messages of 1 KiB, each with its prefix. */
  private static byte[] messages(int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      out.writeBytes(Peer.grpc(new byte[1019]));
    }
    return out.toByteArray();
  }

  private static long updates(List<SentFrame> frames, int stream) {
    return frames.stream().filter(frame -> frame.is(Frame.WINDOW_UPDATE, stream)).count();
  }

  @Test
  @DisplayName("control: a listener that takes all lets the server send more than a window")
  void flows() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    new Allowance(peer).sendTo(stream, messages(5000));
    peer.end(stream);
    for (int i = 0; i < 5000; i++) {
      assertThat(listener.bytes()).hasSize(1019);
    }
    listener.assertGood();
  }

  @Test
  @DisplayName("RFC 9113 §6.9: while a listener holds, its stream is not allowed more")
  void holds() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = slow();
    int stream = peer.request();
    peer.begin(stream);
    peer.dataInFrames(stream, messages(1024));
    assertThat(listener.bytes()).hasSize(1019);
    assertThat(updates(peer.sync(), stream)).isZero();
    assertWorks(peer);
    assertThat(updates(peer.sync(), stream)).isZero();
    assertThat(listener.isQuiet()).isTrue();

    taken.countDown();
    assertThat(peer.next(Frame.WINDOW_UPDATE).stream).isEqualTo(stream);
    peer.end(stream);
    for (int i = 1; i < 1024; i++) {
      assertThat(listener.bytes()).hasSize(1019);
    }
    listener.assertGood();
  }

  @Test
  @DisplayName("RFC 9113 §6.9.1: what a slow listener holds does not count for the connection")
  void connectionGoesOn() throws Exception {
    Peer peer = assertConnects();
    RecordingListener held = slow();
    int stream = peer.request();
    RecordingListener other = streaming();
    int second = peer.request();
    Allowance allowance = new Allowance(peer);
    peer.begin(stream);
    peer.begin(second);
    allowance.sendTo(stream, messages(1024));
    allowance.sendTo(second, messages(3000));
    peer.end(second);
    for (int i = 0; i < 3000; i++) {
      assertThat(other.bytes()).hasSize(1019);
    }
    other.assertGood();
    taken.countDown();
    peer.end(stream);
    for (int i = 0; i < 1024; i++) {
      assertThat(held.bytes()).hasSize(1019);
    }
    held.assertGood();
  }

  @Test
  @DisplayName("RFC 9113 §6.9.1: data that makes the connection's window small is answered at once")
  void allowsAtOnce() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = slow();
    int stream = peer.request();
    peer.begin(stream);
    peer.dataInFrames(stream, messages(HALF / 1024));
    SentFrame update = peer.next();
    assertThat(update.is(Frame.WINDOW_UPDATE, 0)).isTrue();
    assertThat(update.number(0)).isBetween(HALF, Allowance.WINDOW);
    taken.countDown();
    peer.end(stream);
    for (int i = 0; i < HALF / 1024; i++) {
      assertThat(listener.bytes()).hasSize(1019);
    }
    listener.assertGood();
  }

  @Test
  @DisplayName("RFC 9113 §6.9: of a message that is too large for the window, the parts are taken")
  void takesParts() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    Allowance allowance = new Allowance(peer);
    allowance.sendTo(stream, Peer.grpc(new byte[3 << 20]));
    allowance.sendTo(stream, Peer.grpc(new byte[MAX_MESSAGE_BYTES]));
    peer.end(stream);
    assertThat(listener.bytes()).hasSize(3 << 20);
    assertThat(listener.bytes()).hasSize(MAX_MESSAGE_BYTES);
    listener.assertGood();
  }

  @Test
  @DisplayName("RFC 9113 §6.9.1: padding counts, and is allowed anew")
  void padding() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    byte[] padding = AnswersTest.padded(new byte[0], 255);
    for (int sent = 0; sent < HALF; sent += padding.length) {
      peer.frame(Frame.DATA, Frame.FLAG_PADDED, stream, padding);
    }
    peer.message(stream, "good");
    peer.end(stream);
    listener.assertGood("good");
    List<SentFrame> seen = peer.sync();
    assertThat(updates(seen, stream)).isEqualTo(1);
    assertThat(updates(seen, 0)).isEqualTo(1);
  }

  @Test
  @DisplayName("RFC 9113 §5.1: what comes for a cancelled stream counts for the connection")
  void countsCancelled() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    listener.call.cancel("enough", null);
    peer.assertReset(stream, ErrorCode.CANCEL);
    peer.dataInFrames(stream, new byte[HALF]);
    SentFrame update = peer.next();
    assertThat(update.is(Frame.WINDOW_UPDATE, 0)).isTrue();
    assertThat(update.number(0)).isBetween(HALF, Allowance.WINDOW);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §6.9: nothing is allowed on a stream that has ended")
  void endedStream() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = slow();
    int stream = peer.request();
    peer.begin(stream);
    peer.dataInFrames(stream, messages(1024));
    peer.end(stream);
    assertThat(updates(peer.sync(), stream)).isZero();
    taken.countDown();
    for (int i = 0; i < 1024; i++) {
      assertThat(listener.bytes()).hasSize(1019);
    }
    listener.assertGood();
    assertThat(updates(peer.sync(), stream)).isZero();
  }
}
