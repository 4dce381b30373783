package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A server that stands still closes nothing, and answers nothing. */
@Execution(ExecutionMode.CONCURRENT)
class HalfOpenServerTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");

  private static final Duration KEEP_ALIVE_TIME = Duration.ofSeconds(1);

  @TempDir Path directory;

  @Test
  @DisplayName(
      "a server that stands still is noticed and left; meanwhile nothing expired is served")
  void isNoticed() throws Exception {
    HandClock clock = new HandClock();
    HandScheduler scheduler = new HandScheduler();
    CountDownLatch moving = new CountDownLatch(1);
    Path socket = directory.resolve("api.sock");
    try (RawServer server = new RawServer(socket)) {
      server.onX509 = stream -> stream.onNext(message(OWN.svid("web")));
      X509Source.Builder builder =
          X509Source.builder(WorkloadApiAddress.of(socket))
              .keepAlive(KEEP_ALIVE_TIME, Duration.ofSeconds(1))
              .clock(clock)
              .scheduler(scheduler);
      try (X509Source source = builder.connect()) {
        server.freeze(moving);
        assertThat(source.isReady()).isTrue();
        clock.advance(Duration.ofHours(2));
        assertThat(source.isReady()).isFalse();
        assertReason(Reason.EXPIRED, source);
        Await.until(() -> source.lastError().isPresent());
        assertThat(source.lastError().orElseThrow().reason()).isEqualTo(Reason.UNAVAILABLE);
        assertReason(Reason.EXPIRED, source);

        X509Svid fresh = OWN.svid(clock.instant().plus(Duration.ofHours(1)), "web");
        server.onX509 = stream -> stream.onNext(message(fresh));
        moving.countDown();
        HandScheduler.Task retry = scheduler.next();
        retry.work().run();
        Await.until(source::isReady);
        assertThat(source.x509Svid().leaf()).isEqualTo(fresh.leaf());
      } finally {
        moving.countDown();
      }
    }
    scheduler.shutdownNow();
  }

  private static X509SVIDResponse message(X509Svid svid) {
    return X509SVIDResponse.newBuilder().addSvids(RawServer.svid(svid, OWN.bundle())).build();
  }

  private static void assertReason(Reason reason, X509Source source) {
    assertThatThrownBy(source::x509Svid)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
