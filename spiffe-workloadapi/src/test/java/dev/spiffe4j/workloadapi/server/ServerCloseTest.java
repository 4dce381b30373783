package dev.spiffe4j.workloadapi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import dev.spiffe4j.workloadapi.JwtValidation;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A server that closes while a handler still thinks. */
@Isolated("listens to the log")
class ServerCloseTest {
  private static final Logger ROOT = Logger.getLogger("");
  private static final ValidateJWTSVIDRequest VALIDATE =
      ValidateJWTSVIDRequest.newBuilder().setAudience("me").setSvid("t").build();

  @TempDir Path directory;

  private final ScriptedHandler handler = new ScriptedHandler();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final BlockingQueue<Optional<Throwable>> ends = new LinkedBlockingQueue<>();
  private final SevereLog log = new SevereLog();

  @Test
  @DisplayName("control: an answer that is ready before the server closes is sent")
  void answers() throws Exception {
    closed.countDown();
    Path socket = directory.resolve("api.sock");
    try (WorkloadApiServer server = start(socket);
        RawClient client = new RawClient(server.address().socketPath().orElseThrow())) {
      JwtValidation validation = handler.validation.get();
      handler.validation = () -> afterClose(() -> validation);
      assertThat(client.future().validateJWTSVID(VALIDATE).get(60, TimeUnit.SECONDS).getSpiffeId())
          .isEqualTo("spiffe://a/x");
      assertThat(ends.poll(60, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  @DisplayName("an answer that comes after the end goes nowhere, and disturbs nobody")
  void endsQuietly() throws Exception {
    JwtValidation validation = handler.validation.get();
    assertQuiet(() -> validation);
  }

  @Test
  @DisplayName("a refusal that comes after the end goes nowhere, and disturbs nobody")
  void refusesQuietly() throws Exception {
    assertQuiet(
        () -> {
          throw new WorkloadApiException(Reason.NO_IDENTITY, "none");
        });
  }

  private void assertQuiet(Supplier<JwtValidation> answer) throws Exception {
    handler.validation = () -> afterClose(answer);
    ROOT.addHandler(log);
    Path socket = directory.resolve("api.sock");
    WorkloadApiServer server = start(socket);
    try (RawClient client = new RawClient(socket)) {
      ListenableFuture<ValidateJWTSVIDResponse> call = client.future().validateJWTSVID(VALIDATE);
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      server.close();
      closed.countDown();
      assertThat(ends.poll(60, TimeUnit.SECONDS)).isEmpty();
      assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
      assertThat(log.records).isEmpty();
    } finally {
      closed.countDown();
      server.close();
      ROOT.removeHandler(log);
    }
  }

  private WorkloadApiServer start(Path socket) {
    return WorkloadApiServer.builder(socket, handler)
        .untrackedCallers()
        .executor(threads())
        .start();
  }

  /** A thread for each task, and how it ended. */
  private Executor threads() {
    return task ->
        new DaemonThreads("handler")
            .newThread(
                () -> {
                  try {
                    task.run();
                    ends.add(Optional.empty());
                  } catch (Throwable e) {
                    ends.add(Optional.of(e));
                  }
                })
            .start();
  }

  private JwtValidation afterClose(Supplier<JwtValidation> answer) {
    asked.countDown();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer.get();
  }

  private static final class SevereLog extends Handler {
    final BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();

    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
        records.add(record);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
