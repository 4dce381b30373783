package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Servers that stand still, and those that only have nothing to say. */
@Execution(ExecutionMode.CONCURRENT)
class KeepAliveTest extends ScriptedServerBase {
  private static final Duration SHORT = Duration.ofMillis(100);

  private static final Duration LONGER = Duration.ofMillis(300);

  /** An answer of a test comes in this time, on a busy machine, too. */
  private static final Duration PATIENT = Duration.ofMinutes(1);

  private GrpcClient client(Duration time, Duration timeout) throws Exception {
    return client(server.address(), time, timeout);
  }

  @Test
  @DisplayName("RFC 9113 §6.7: a server that is silent is asked, and left if it stays so")
  void leaves() throws Exception {
    Peer patient = assertConnects();
    RecordingListener listener = prepare().of(client(SHORT, SHORT)).start();
    Peer peer = server.next();
    SentFrame ping = peer.next(Frame.PING);
    assertThat(ping.flags).isZero();
    assertThat(ping.payload).hasSize(8);
    peer.awaitEnd();
    assertThat(listener.assertEnd(Status.Code.UNAVAILABLE).getDescription()).contains("still");
    assertThat(patient.sync()).allMatch(SentFrame::isSettingsAck);
    assertWorks(patient);
  }

  @Test
  @DisplayName("RFC 9113 §6.7: a server that answers is asked again and again, and kept")
  void keeps() throws Exception {
    RecordingListener listener = prepare().of(client(SHORT, PATIENT)).start();
    Peer peer = server.next();
    int stream = peer.request();
    for (int i = 0; i < 2; i++) {
      peer.ping(true, peer.next(Frame.PING).payload);
    }
    assertThat(listener.isQuiet()).isTrue();
    peer.answer(stream, "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName("a server that says something else than asked for is not silent")
  void hearsElse() throws Exception {
    RecordingListener listener = prepare().of(client(SHORT, PATIENT)).start();
    Peer peer = server.next();
    int stream = peer.request();
    peer.begin(stream);
    for (int i = 0; i < 2; i++) {
      assertThat(peer.next(Frame.PING).flags).isZero();
      peer.message(stream, "here");
      assertThat(listener.message()).isEqualTo("here");
    }
    peer.end(stream);
    listener.assertGood();
  }

  @Test
  @DisplayName("while there are no calls, nobody is asked, and nothing is closed")
  void idle() throws Exception {
    client = client(SHORT, PATIENT);
    Peer idle = assertConnects();
    idle.sync();
    leaveOther();
    assertThat(idle.sync()).allMatch(SentFrame::isSettingsAck);
    assertWorks(idle);
    assertThat(server.isUnasked()).isTrue();
  }

  @Test
  @DisplayName("a server that has ended its stream is not asked, however long a listener takes")
  void slowListener() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    client = client(SHORT, PATIENT);
    RecordingListener listener = prepare().onMessage(message -> await(taken)).start();
    Peer peer = server.next();
    peer.answer(peer.request(), "slow");
    assertThat(listener.message()).isEqualTo("slow");
    peer.sync();
    leaveOther();
    assertThat(peer.sync()).allMatch(SentFrame::isSettingsAck);
    taken.countDown();
    listener.assertGood();
    assertWorks(peer);
  }

  /** Waits until another server, which has a call, was asked later, and left. */
  private void leaveOther() throws Exception {
    ScriptedServer other = closing(ScriptedServer.at(directory.resolve("other.sock")));
    GrpcClient busy = client(other.address(), LONGER, LONGER);
    RecordingListener listener = prepare().of(busy).on(Runnable::run).start();
    other.next().awaitEnd();
    listener.assertEnd(Status.Code.UNAVAILABLE);
  }
}
