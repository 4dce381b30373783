package dev.spiffe4j.workloadapi.http2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.workloadapi.Await;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Keeps what a call says, and notices what may not be said after its end. */
final class RecordingListener implements Call.Listener<byte[]> {
  final Call<byte[]> call;
  private final Consumer<byte[]> onMessage;
  private final Consumer<Status> onClose;
  private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  private final BlockingQueue<Status> ends = new LinkedBlockingQueue<>();

  /** All that was heard, in short. */
  private final List<String> heard = new CopyOnWriteArrayList<>();

  RecordingListener(Call<byte[]> call, Consumer<byte[]> onMessage, Consumer<Status> onClose) {
    this.call = call;
    this.onMessage = onMessage;
    this.onClose = onClose;
  }

  @Override
  public void onMessage(byte[] message) {
    heard.add("message");
    messages.add(message);
    onMessage.accept(message);
  }

  @Override
  public void onClose(Status status) {
    heard.add("end");
    ends.add(status);
    onClose.accept(status);
  }

  byte[] bytes() throws InterruptedException {
    byte[] message = messages.poll(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(message).as("message").isNotNull();
    return message;
  }

  String message() throws InterruptedException {
    return new String(bytes(), UTF_8);
  }

  Status end() throws InterruptedException {
    Status status = ends.poll(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(status).as("end of the call").isNotNull();
    return status;
  }

  boolean isQuiet() {
    return messages.isEmpty() && ends.isEmpty();
  }

  void assertGood(String... expected) throws InterruptedException {
    for (String message : expected) {
      assertThat(message()).isEqualTo(message);
    }
    Status status = end();
    assertThat(status.isOk()).as(status.toString()).isTrue();
    assertThat(messages).isEmpty();
  }

  Status assertEnd(Status.Code code) throws InterruptedException {
    Status status = end();
    assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
    return status;
  }

  /** It has ended since the server has broken a rule. */
  void assertBroken(ErrorCode code) throws InterruptedException {
    assertThat(assertEnd(Status.Code.INTERNAL).getCause())
        .isInstanceOfSatisfying(Http2Exception.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  void awaitEnd() throws InterruptedException {
    Await.until(() -> heard.contains("end"));
  }

  void assertNothingAfterEnd() {
    assertThat(heard.indexOf("end")).as(heard.toString()).isEqualTo(heard.size() - 1);
  }
}
