package dev.spiffe4j.workloadapi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.Await;
import dev.spiffe4j.workloadapi.HandScheduler;
import dev.spiffe4j.workloadapi.TestAuthority;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.server.RawClient.Recorder;
import dev.spiffe4j.workloadapi.server.RecordingTracker.Held;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Who is called by, and what happens when that process is no more. */
@Isolated("counts descriptors")
class CallersTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");

  @TempDir Path directory;

  private final ScriptedHandler handler = new ScriptedHandler();
  private final RecordingTracker tracker = new RecordingTracker();

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private WorkloadApiServer.Builder builder() {
    handler.x509Context = context();
    return WorkloadApiServer.builder(socket(), handler).callerTracker(tracker);
  }

  /** Not expired by the system's clock, which the child goes by. */
  private static X509Context context() {
    return X509Context.of(
        List.of(OWN.svid(TestAuthority.NOW.plus(Duration.ofDays(36500)), "web")),
        List.of(OWN.bundle()));
  }

  @Test
  @DisplayName("EP-20, -21, -38, WAPI-05: the kernel says who connects, and when it has ended")
  void endsWithProcess() throws Exception {
    try (WorkloadApiServer server = builder().start();
        CallingProcess child = CallingProcess.start("stream", socket())) {
      assertThat(child.nextLine()).isEqualTo("spiffe://example.org/web");
      Held caller = tracker.next();
      assertThat(caller.credentials().pid()).isEqualTo(child.pid());
      assertThat(caller.credentials().uid()).isEqualTo(uid());
      assertThat(handler.callers.take()).isSameAs(caller);
      assertThat(handler.open).hasValue(1);

      child.kill();
      caller.awaitClosed();
      Await.until(() -> handler.open.get() == 0);
      assertThat(caller.closes).hasValue(1);
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  private static int uid() throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  @Test
  @DisplayName("EP-38: the connection ends with the process, though another has inherited it")
  void endsInheritedConnection() throws Exception {
    try (WorkloadApiServer server = builder().start();
        CallingProcess child = CallingProcess.start("inherit", socket())) {
      ProcessHandle heir = ProcessHandle.of(Long.parseLong(child.nextLine())).orElseThrow();
      try {
        Held caller = tracker.next();
        assumeThat(caller.credentials().hasPidfd()).as("SO_PEERPIDFD (Linux 6.5)").isTrue();
        assertThat(caller.credentials().pid()).isEqualTo(child.pid());
        assertThat(handler.callers.take()).isSameAs(caller);
        assertThat(caller.closes).hasValue(0);

        child.kill();
        caller.awaitClosed();
        assertThat(heir.isAlive()).isTrue();
        Await.until(() -> handler.open.get() == 0);
      } finally {
        heir.destroyForcibly();
      }
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  @Test
  @DisplayName("EP-38: without a pidfd, the caller is looked at again and again")
  void endsInheritedConnectionWithoutPidfd() throws Exception {
    HandScheduler scheduler = new HandScheduler();
    try (WorkloadApiServer server =
            builder()
                .withoutPidfd()
                .scheduler(scheduler)
                .livenessInterval(Duration.ofSeconds(3))
                .start();
        CallingProcess child = CallingProcess.start("inherit", socket())) {
      ProcessHandle heir = ProcessHandle.of(Long.parseLong(child.nextLine())).orElseThrow();
      try {
        Held caller = tracker.next();
        assertThat(caller.credentials().hasPidfd()).isFalse();
        assertThat(handler.callers.take()).isSameAs(caller);
        HandScheduler.Task check = scheduler.next();
        assertThat(check.delay()).isEqualTo(Duration.ofSeconds(3));
        check.work().run();
        assertThat(caller.closes).hasValue(0);

        child.kill();
        caller.alive = false;
        check.work().run();
        caller.awaitClosed();
        assertThat(heir.isAlive()).isTrue();
        Await.until(() -> handler.open.get() == 0);
        Await.until(check.future()::isCancelled);
      } finally {
        heir.destroyForcibly();
      }
      assertThat(server.address().socketPath()).isPresent();
    } finally {
      scheduler.shutdownNow();
    }
  }

  @Test
  @DisplayName("EP-38, WAPI-59: nothing is sent to a caller that has ended")
  void checksBeforeEachMessage() throws Exception {
    try (WorkloadApiServer server = builder().start();
        RawClient client = new RawClient(socket())) {
      Recorder<X509SVIDRequest, X509SVIDResponse> stream = new Recorder<>();
      client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), stream);
      stream.next();
      Held caller = tracker.next();
      caller.alive = false;
      handler.x509Streams.take().send(context());
      assertThat(stream.awaitEnd().getCode()).isEqualTo(Code.UNAVAILABLE);
      assertThat(stream.messages).isEmpty();
      caller.awaitClosed();
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  @Test
  @DisplayName("EP-38: nothing is answered to a caller that has ended while it was attested")
  void checksBeforeAnswer() throws Exception {
    handler.jwtSvids =
        () -> {
          tracker.held.forEach(caller -> caller.alive = false);
          return List.of();
        };
    try (WorkloadApiServer server = builder().start();
        RawClient client = new RawClient(socket())) {
      assertThatThrownBy(
              () ->
                  client
                      .blocking("true")
                      .fetchJWTSVID(JWTSVIDRequest.newBuilder().addAudience("me").build()))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  @Test
  @DisplayName("a caller that cannot be held is not served")
  void refusesUntracked() throws Exception {
    tracker.refusing = true;
    try (WorkloadApiServer server = builder().start();
        RawClient client = new RawClient(socket())) {
      Recorder<X509SVIDRequest, X509SVIDResponse> stream = new Recorder<>();
      client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), stream);
      assertThat(stream.awaitEnd().getCode()).isEqualTo(Code.UNAVAILABLE);
      assertThat(handler.callers).isEmpty();
      assertThat(tracker.next().closes).hasValue(0);
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  @Test
  @DisplayName("no descriptor is left of connections that have ended, refused or not")
  void leaksNoDescriptors() throws Exception {
    connectOnce();
    long before = descriptors();
    try (WorkloadApiServer server = builder().start()) {
      long serving = descriptors();
      for (int i = 0; i < 20; i++) {
        tracker.refusing = i % 2 == 1;
        try (RawClient client = new RawClient(socket())) {
          Recorder<X509SVIDRequest, X509SVIDResponse> stream = new Recorder<>();
          client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), stream);
          if (tracker.refusing) {
            stream.awaitEnd();
          } else {
            stream.next();
          }
        }
      }
      Await.until(() -> descriptors() <= serving);
      assertThat(tracker.held.stream().filter(caller -> caller.closes.get() == 1)).hasSize(11);
      assertThat(server.address().socketPath()).isPresent();
    }
    Await.until(() -> descriptors() <= before);
  }

  /** Loads what is loaded once. */
  private void connectOnce() throws InterruptedException {
    try (WorkloadApiServer server = builder().start();
        RawClient client = new RawClient(socket())) {
      Recorder<X509SVIDRequest, X509SVIDResponse> stream = new Recorder<>();
      client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), stream);
      stream.next();
      assertThat(server.address().socketPath()).isPresent();
    }
    tracker.held.peek();
  }

  private static long descriptors() {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
