package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.workloadapi.Await;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The end of a client: each call hears of it once, and nothing is left behind. */
@Isolated("counts threads")
class CloseTest extends ScriptedServerBase {
  private Set<Thread> before = Set.of();

  @BeforeEach
  void countThreads() {
    before = clientThreads();
  }

  @AfterEach
  void leavesNoThread() throws InterruptedException {
    client.close();
    Await.until(() -> before.containsAll(clientThreads()));
  }

  private static Set<Thread> clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("spiffe-workload-api-client"))
        .collect(Collectors.toSet());
  }

  @Test
  @DisplayName("control: a client has one thread, which there is after its first call")
  void hasThread() throws Exception {
    assertThat(clientThreads()).hasSize(before.size());
    Peer peer = assertConnects();
    assertWorks(peer);
    assertThat(clientThreads()).hasSize(before.size() + 1);
    client.close();
    assertThat(before).containsAll(clientThreads());
    peer.awaitEnd();
  }

  @Test
  @DisplayName("a client that has never called is closed, too")
  void neverCalled() throws Exception {
    assertThat(client.isClosed()).isFalse();
    client.close();
    assertThat(client.isClosed()).isTrue();
    assertEndsAtOnce(prepare().start());
    assertThat(clientThreads()).hasSize(before.size());
    assertThat(server.isUnasked()).isTrue();
  }

  @Test
  @DisplayName("calls that are open end, those that wait for others, too, and all connections")
  void openCalls() throws Exception {
    Peer old = assertConnects();
    RecordingListener onOld = streaming();
    old.request();
    old.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
    old.sync();
    Peer peer = assertConnects();
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, 1);
    peer.sync();
    RecordingListener open = streaming();
    int stream = peer.request();
    peer.begin(stream);
    RecordingListener waiting = streaming();
    peer.sync();
    client.close();
    for (RecordingListener listener : List.of(onOld, open, waiting)) {
      assertEndsAtOnce(listener);
    }
    old.awaitEnd();
    peer.awaitEnd();
  }

  private static void assertEndsAtOnce(RecordingListener listener) throws InterruptedException {
    assertThat(listener.assertEnd(Status.Code.UNAVAILABLE).getDescription()).contains("closed");
  }

  @Test
  @DisplayName("a client is closed as often as one likes, by several at a time, too")
  void closesTwice() throws Exception {
    assertConnects();
    RecordingListener listener = streaming();
    List<Thread> closing = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread = new Thread(client::close);
      closing.add(thread);
      thread.start();
    }
    for (Thread thread : closing) {
      thread.join();
    }
    client.close();
    assertEndsAtOnce(listener);
    assertThat(before).containsAll(clientThreads());
  }

  @Test
  @DisplayName("a call after the end ends at once, and is heard of on its executor")
  void callAfterClose() throws Exception {
    Peer peer = assertConnects();
    client.close();
    peer.awaitEnd();
    Thread caller = Thread.currentThread();
    RecordingListener listener =
        prepare().onClose(status -> assertThat(Thread.currentThread()).isNotSameAs(caller)).start();
    assertEndsAtOnce(listener);
    listener.call.cancel("late", null);
    assertThat(server.isUnasked()).isTrue();
  }

  @Test
  @DisplayName("a listener may close the client, on the client's own thread, too")
  void fromMessage() throws Exception {
    for (Executor on : List.<Executor>of(executor, Runnable::run)) {
      client = client(server.address());
      RecordingListener other = streaming();
      Peer peer = server.next();
      peer.request();
      RecordingListener listener = prepare().on(on).onMessage(message -> client.close()).start();
      int stream = peer.request();
      peer.begin(stream);
      peer.message(stream, "close");
      assertThat(listener.message()).isEqualTo("close");
      assertEndsAtOnce(listener);
      assertEndsAtOnce(other);
      peer.awaitEnd();
      assertThat(listener.isQuiet()).isTrue();
    }
  }

  @Test
  @DisplayName("a listener may close the client when it hears of an end")
  void fromEnd() throws Exception {
    for (Executor on : List.<Executor>of(executor, Runnable::run)) {
      client = client(server.address());
      RecordingListener other = streaming();
      Peer peer = server.next();
      peer.request();
      RecordingListener listener = prepare().on(on).onClose(status -> client.close()).start();
      peer.answer(peer.request(), "last");
      listener.assertGood("last");
      assertEndsAtOnce(other);
      peer.awaitEnd();
    }
  }

  @Test
  @DisplayName("a call that is begun while the client ends does not connect any more, and ends")
  void callFromEnd() throws Exception {
    Peer peer = assertConnects();
    RecordingListener next = prepare().build();
    RecordingListener listener =
        prepare().on(Runnable::run).onClose(status -> prepare().begin(next)).start();
    peer.request();
    client.close();
    assertEndsAtOnce(listener);
    assertEndsAtOnce(next);
    peer.awaitEnd();
    assertThat(server.isUnasked()).isTrue();
  }

  @Test
  @DisplayName("a client is closed while it connects")
  void whileConnecting() throws Exception {
    assertConnects();
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerSocketChannel full = closing(ServerSocketChannel.open().bind(loopback, 1));
    closing(new Backlog(full.getLocalAddress()));
    GrpcClient connecting = client(full.getLocalAddress());
    RecordingListener listener = prepare().of(connecting).start();
    connecting.close();
    assertEndsAtOnce(listener);
  }

  @Test
  @DisplayName(
      "a listener that holds a message when the client is closed hears of the end after it")
  void whileHeld() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    Peer peer = assertConnects();
    RecordingListener open = prepare().onMessage(message -> await(taken)).start();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "held");
    assertThat(open.message()).isEqualTo("held");
    client.close();
    peer.awaitEnd();
    assertThat(open.isQuiet()).isTrue();
    taken.countDown();
    assertEndsAtOnce(open);
  }

  @Test
  @DisplayName("a call whose answer is there, but not taken, ends once when the client is closed")
  void whileUntaken() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    Peer peer = assertConnects();
    RecordingListener listener = prepare().onMessage(message -> await(taken)).start();
    peer.answer(peer.request(), "held", "next");
    assertThat(listener.message()).isEqualTo("held");
    peer.sync();
    client.close();
    peer.awaitEnd();
    taken.countDown();
    assertThat(listener.end().getCode()).isIn(Status.Code.OK, Status.Code.UNAVAILABLE);
  }

  @Test
  @DisplayName("a call of a closed client that is begun and cancelled at the same time ends once")
  void cancelMeanwhile() throws Exception {
    assertConnects();
    client.close();
    List<RecordingListener> calls = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      calls.add(prepare().on(Runnable::run).build());
    }
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger cancelled = new AtomicInteger();
    Thread cancelling =
        new Thread(
            () ->
                calls.forEach(
                    listener -> {
                      awaitMore(begun, cancelled.get());
                      listener.call.cancel("enough", null);
                      cancelled.incrementAndGet();
                    }));
    cancelling.start();
    for (RecordingListener listener : calls) {
      int count = begun.getAndIncrement();
      prepare().begin(listener);
      awaitMore(cancelled, count);
    }
    cancelling.join();
    calls.forEach(RecordingListener::assertNothingAfterEnd);
  }

  /** As near to each other as can be. */
  private static void awaitMore(AtomicInteger number, int than) {
    while (number.get() <= than) {
      Thread.onSpinWait();
    }
  }
}
