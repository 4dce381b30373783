package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How calls end that are not ended by the server. */
class CallLifeTest extends ScriptedServerBase {
  /** So long that a request is out before, on a busy machine too. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  @Test
  @DisplayName("gRPC, Requests: a deadline ends the call, and its stream is cancelled")
  void deadline() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = prepare().timeout(SHORT).start();
    SentFrame headers = peer.next(Frame.HEADERS);
    assertThat(
            new DefaultHttp2HeadersDecoder(true)
                .decodeHeaders(headers.stream, Unpooled.wrappedBuffer(headers.payload))
                .get("grpc-timeout"))
        .isNotNull();
    peer.begin(headers.stream);
    peer.assertReset(headers.stream, ErrorCode.CANCEL);
    listener.assertEnd(Status.Code.DEADLINE_EXCEEDED);
    assertWorks(peer);
  }

  @Test
  @DisplayName("a deadline ends a call whose listener holds a message, and no other is delivered")
  void deadlineWhileHeld() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    Peer peer = assertConnects();
    RecordingListener listener =
        prepare().timeout(SHORT).onMessage(message -> await(taken)).start();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "held");
    peer.message(stream, "dropped");
    assertThat(listener.message()).isEqualTo("held");
    peer.assertReset(stream, ErrorCode.CANCEL);
    taken.countDown();
    listener.assertEnd(Status.Code.DEADLINE_EXCEEDED);
    assertThat(listener.isQuiet()).isTrue();
    assertWorks(peer);
  }

  @Test
  @DisplayName("a deadline holds also for a connection that is silent from its beginning")
  void deadlineOfFirst() throws Exception {
    RecordingListener listener = prepare().timeout(SHORT).start();
    Peer peer = server.silent();
    listener.assertEnd(Status.Code.DEADLINE_EXCEEDED);
    peer.readPreface();
    peer.settings();
    peer.assertReset(1, ErrorCode.CANCEL);
    assertWorks(peer);
  }

  @Test
  @DisplayName("a call that was cancelled before its start ends, and nothing is sent of it")
  void cancelBeforeStart() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = prepare().build();
    listener.call.cancel("never mind", null);
    prepare().begin(listener);
    listener.assertEnd(Status.Code.CANCELLED);
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    assertWorks(peer);
  }

  @Test
  @DisplayName("RFC 9113 §5.4.2: a call that is cancelled resets its stream, and says why")
  void cancel() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    Exception cause = new IllegalStateException("cause");
    listener.call.cancel("enough", cause);
    listener.call.cancel("more than that", null);
    peer.assertReset(stream, ErrorCode.CANCEL);
    Status status = listener.assertEnd(Status.Code.CANCELLED);
    assertThat(status.getDescription()).isEqualTo("enough");
    assertThat(status.getCause()).isSameAs(cause);
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    assertWorks(peer);
  }

  @Test
  @DisplayName("a call that has ended is not cancelled any more")
  void cancelAfterEnd() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    peer.answer(peer.request(), "good");
    listener.assertGood("good");
    listener.call.cancel("late", null);
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    assertWorks(peer);
    assertThat(listener.isQuiet()).isTrue();
  }

  @Test
  @DisplayName("a call that is cancelled by its listener delivers nothing more")
  void cancelFromMessage() throws Exception {
    Peer peer = assertConnects();
    for (Executor on : List.<Executor>of(executor, Runnable::run)) {
      AtomicReference<RecordingListener> self = new AtomicReference<>();
      RecordingListener listener =
          prepare()
              .on(on)
              .onMessage(message -> self.get().call.cancel("one will do", null))
              .build();
      self.set(listener);
      prepare().begin(listener);
      int stream = peer.request();
      peer.begin(stream);
      peer.data(stream, twice(Peer.grpc("message")));
      peer.assertReset(stream, ErrorCode.CANCEL);
      assertThat(listener.message()).isEqualTo("message");
      assertThat(listener.assertEnd(Status.Code.CANCELLED).getDescription())
          .isEqualTo("one will do");
      assertThat(listener.isQuiet()).isTrue();
      assertWorks(peer);
    }
  }

  private static byte[] twice(byte[] bytes) {
    byte[] both = new byte[2 * bytes.length];
    System.arraycopy(bytes, 0, both, 0, bytes.length);
    System.arraycopy(bytes, 0, both, bytes.length, bytes.length);
    return both;
  }

  @Test
  @DisplayName("a message that waits for the executor when its call is cancelled is not delivered")
  void cancelBeforeDelivery() throws Exception {
    CountDownLatch idle = new CountDownLatch(1);
    Peer peer = assertConnects();
    executor.execute(() -> await(idle));
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "not wanted any more");
    peer.sync();
    listener.call.cancel("enough", null);
    idle.countDown();
    listener.assertEnd(Status.Code.CANCELLED);
    assertThat(listener.isQuiet()).isTrue();
    peer.assertReset(stream, ErrorCode.CANCEL);
    assertWorks(peer);
  }

  @Test
  @DisplayName("a listener that throws ends its own call, and no other")
  void listenerThrows() throws Exception {
    Peer peer = assertConnects();
    RecordingListener other = streaming();
    int otherStream = peer.request();
    IllegalStateException problem = new IllegalStateException("no taste");
    RecordingListener listener =
        prepare()
            .onMessage(
                message -> {
                  throw problem;
                })
            .start();
    int stream = peer.request();
    peer.begin(stream);
    peer.data(stream, twice(Peer.grpc("message")));
    peer.assertReset(stream, ErrorCode.CANCEL);
    assertThat(listener.message()).isEqualTo("message");
    assertThat(listener.assertEnd(Status.Code.CANCELLED).getCause()).isSameAs(problem);
    assertThat(listener.isQuiet()).isTrue();
    peer.answer(otherStream, "good");
    other.assertGood("good");
    assertWorks(peer);
  }

  @Test
  @DisplayName("a listener that throws a status ends its call with it")
  void listenerThrowsStatus() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener =
        prepare()
            .onMessage(
                message -> {
                  throw Status.DATA_LOSS.withDescription("half of it").asRuntimeException();
                })
            .start();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "message");
    peer.assertReset(stream, ErrorCode.CANCEL);
    assertThat(listener.message()).isEqualTo("message");
    assertThat(listener.assertEnd(Status.Code.DATA_LOSS).getDescription()).isEqualTo("half of it");
    assertWorks(peer);
  }

  @Test
  @DisplayName("a listener that throws at the end of its call does not keep others from theirs")
  void listenerThrowsAtEnd() throws Exception {
    Peer peer = assertConnects();
    RecordingListener first = throwingAtEnd();
    peer.request();
    RecordingListener second = throwingAtEnd();
    peer.request();
    RecordingListener third = throwingAtEnd();
    peer.request();
    peer.close();
    first.assertEnd(Status.Code.UNAVAILABLE);
    second.assertEnd(Status.Code.UNAVAILABLE);
    third.assertEnd(Status.Code.UNAVAILABLE);
    assertConnects();
  }

  private RecordingListener throwingAtEnd() {
    return prepare()
        .on(Runnable::run)
        .onClose(
            status -> {
              throw new IllegalStateException("end of a listener, as expected");
            })
        .start();
  }

  @Test
  @DisplayName("an executor that takes nothing any more ends the call, and its end is heard")
  void executorRejects() throws Exception {
    Peer peer = assertConnects();
    AtomicBoolean rejects = new AtomicBoolean();
    RecordingListener listener =
        prepare()
            .on(
                task -> {
                  if (rejects.get()) {
                    throw new RejectedExecutionException("closed");
                  }
                  executor.execute(task);
                })
            .start();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "taken");
    assertThat(listener.message()).isEqualTo("taken");
    rejects.set(true);
    peer.message(stream, "not taken");
    peer.assertReset(stream, ErrorCode.CANCEL);
    assertThat(listener.assertEnd(Status.Code.CANCELLED).getCause())
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(listener.isQuiet()).isTrue();
    assertWorks(peer);
  }

  @Test
  @DisplayName("a call is started once")
  void startsOnce() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    assertThatThrownBy(() -> listener.call.start(listener))
        .isInstanceOf(IllegalStateException.class);
    peer.answer(peer.request(), "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName("a listener is called on the executor of its call, and never twice at a time")
  void onExecutor() throws Exception {
    Deque<Runnable> tasks = new ArrayDeque<>();
    Peer peer = assertConnects();
    RecordingListener listener = prepare().on(task -> add(tasks, task)).start();
    peer.answer(peer.request(), "one", "two");
    for (String message : new String[] {"one", "two"}) {
      peer.sync();
      assertThat(listener.isQuiet()).isTrue();
      assertThat(runOne(tasks)).isTrue();
      assertThat(listener.message()).isEqualTo(message);
      assertThat(listener.isQuiet()).isTrue();
    }
    peer.sync();
    assertThat(runOne(tasks)).isTrue();
    listener.assertGood();
    assertThat(runOne(tasks)).isFalse();
  }

  private static void add(Deque<Runnable> tasks, Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
    }
  }

  private static boolean runOne(Deque<Runnable> tasks) {
    Runnable task;
    synchronized (tasks) {
      task = tasks.poll();
    }
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  @Test
  @DisplayName("a call that is begun by a listener, on the thread of the client, too")
  void callFromCallback() throws Exception {
    Peer peer = assertConnects();
    RecordingListener second = prepare().build();
    RecordingListener first =
        prepare().on(Runnable::run).onClose(status -> prepare().begin(second)).start();
    peer.answer(peer.request(), "first");
    first.assertGood("first");
    peer.answer(peer.request(), "second");
    second.assertGood("second");
  }

  @Test
  @DisplayName("a call that is begun when its forerunner has lost the connection gets a new one")
  void callFromLoss() throws Exception {
    Peer peer = assertConnects();
    RecordingListener second = prepare().build();
    RecordingListener first =
        prepare().on(Runnable::run).onClose(status -> prepare().begin(second)).start();
    peer.request();
    peer.close();
    first.assertEnd(Status.Code.UNAVAILABLE);
    Peer next = server.next();
    next.answer(next.request(), "second");
    second.assertGood("second");
  }
}
