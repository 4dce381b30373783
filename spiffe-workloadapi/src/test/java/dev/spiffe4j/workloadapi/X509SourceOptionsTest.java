package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** How a source starts, what it picks, what it runs on, and what it tells of itself. */
@Isolated("counts threads")
class X509SourceOptionsTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final X509Svid WEB = OWN.svid("web");
  private static final X509Svid DB = OWN.svid("db").withHint("internal");

  @TempDir Path directory;

  private final HandClock clock = new HandClock();
  private final HandScheduler scheduler = new HandScheduler();
  private final BlockingQueue<X509Context> told = new LinkedBlockingQueue<>();
  private RawServer server;

  @BeforeEach
  void start() throws IOException {
    server = new RawServer(socket());
    server.onX509 = stream -> stream.onNext(message(WEB, DB));
  }

  @AfterEach
  void stop() {
    server.close();
    scheduler.shutdownNow();
  }

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private static X509SVIDResponse message(X509Svid... svids) {
    X509SVIDResponse.Builder message = X509SVIDResponse.newBuilder();
    for (X509Svid svid : svids) {
      message.addSvids(RawServer.svid(svid, OWN.bundle()));
    }
    return message.build();
  }

  private X509Source.Builder builder() {
    return X509Source.builder(WorkloadApiAddress.of(socket()))
        .clock(clock)
        .scheduler(scheduler)
        .random(new Random(1));
  }

  private static void assertReason(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private X509Context nextTold() throws InterruptedException {
    return told.poll(60, TimeUnit.SECONDS);
  }

  @Test
  @DisplayName(
      "a start waits for nothing; until there is something, the source says what is missing")
  void starts() throws Exception {
    server.onX509 = stream -> {};
    try (X509Source source = builder().start()) {
      source.subscribe(told::add);
      assertThat(source.isReady()).isFalse();
      assertReason(Reason.NOT_READY, source::x509Context);
      StreamObserver<X509SVIDResponse> stream = server.x509Streams.take();
      CompletableFuture<Void> ready = source.whenReady();
      stream.onError(Status.UNAVAILABLE.asRuntimeException());
      HandScheduler.Task retry = scheduler.next();
      Await.until(() -> source.lastError().isPresent());
      assertReason(Reason.UNAVAILABLE, source::x509Context);
      assertThat(ready).isNotDone();
      server.onX509 = again -> again.onNext(message(WEB));
      retry.work().run();
      ready.get(60, TimeUnit.SECONDS);
      assertThat(source.isReady()).isTrue();
      assertThat(nextTold().x509Svid().spiffeId()).isEqualTo(WEB.spiffeId());
    }
  }

  @Test
  @DisplayName("whoever waits for a source that is closed, or will never be ready, is told")
  void tellsWaiting() {
    server.onX509 = stream -> {};
    X509Source source = builder().start();
    CompletableFuture<Void> ready = source.whenReady();
    source.close();
    assertFails(Reason.CLOSED, ready);
    server.onX509 = stream -> stream.onError(Status.UNIMPLEMENTED.asRuntimeException());
    try (X509Source other = builder().start()) {
      assertFails(Reason.UNIMPLEMENTED, other.whenReady());
    }
  }

  private static void assertFails(Reason reason, CompletableFuture<?> future) {
    assertThatThrownBy(() -> future.get(60, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  @DisplayName(
      "WAPI-55, -57: a hint picks the default identity; without it the source is not ready")
  void picks() throws Exception {
    try (X509Source source = builder().hint("internal").connect()) {
      assertThat(source.x509Svid().spiffeId()).isEqualTo(DB.spiffeId());
      assertThat(source.x509Context().svids())
          .extracting(X509Svid::spiffeId)
          .containsExactly(DB.spiffeId(), WEB.spiffeId());
      source.subscribe(told::add);
      nextTold();
      StreamObserver<X509SVIDResponse> stream = server.x509Streams.take();
      stream.onNext(message(WEB));
      Await.until(() -> !source.isReady());
      assertReason(Reason.NO_MATCHING_SVID, source::x509Svid);
      assertThat(source.x509Bundle(OWN.trustDomain())).contains(OWN.bundle());
      assertThat(told).isEmpty();
      stream.onNext(message(DB));
      assertThat(nextTold().x509Svid().spiffeId()).isEqualTo(DB.spiffeId());
    }
    assertReason(
        Reason.NO_MATCHING_SVID,
        () -> builder().hint("nobody's").initialTimeout(Duration.ofSeconds(3)).connect());
  }

  @Test
  @DisplayName("WAPI-57: an SVID is found by its hint; a hint that is not there is nothing")
  void findsByHint() {
    try (X509Source source = builder().connect()) {
      assertThat(source.x509Svid().spiffeId()).isEqualTo(WEB.spiffeId());
      assertThat(source.x509Svid("internal").orElseThrow().spiffeId()).isEqualTo(DB.spiffeId());
      assertThat(source.x509Svid("nobody's")).isEmpty();
    }
  }

  @Test
  @DisplayName("a picker that throws costs its message only")
  void survivesThrowingPicker() throws Exception {
    X509Source.Builder picky =
        builder()
            .picker(
                svid -> {
                  if (svid.spiffeId().equals(DB.spiffeId())) {
                    throw new IllegalStateException("a bad picker");
                  }
                  return true;
                });
    try (X509Source source = picky.connect()) {
      StreamObserver<X509SVIDResponse> stream = server.x509Streams.take();
      stream.onNext(message(DB));
      Await.until(() -> source.stats().badMessages() == 1);
      assertThat(source.x509Svid().spiffeId()).isEqualTo(WEB.spiffeId());
      stream.onNext(message(WEB));
      Await.until(() -> source.lastError().isEmpty());
    }
  }

  @Test
  @DisplayName(
      "WAPI-30, -31: without an identity, reconnects are slower; what was denied is not served")
  void isSlowerWithoutIdentity() throws Exception {
    try (X509Source source = builder().connect()) {
      server.x509Streams.take().onError(Status.PERMISSION_DENIED.asRuntimeException());
      assertThat(scheduler.next().delay()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
      Await.until(() -> !source.isReady());
      assertReason(Reason.NO_IDENTITY, source::x509Context);
    }
  }

  @Test
  @DisplayName("the counters say what happened")
  void counts() throws Exception {
    try (X509Source source = builder().connect()) {
      source.subscribe(
          context -> {
            throw new IllegalStateException("a bad subscriber");
          });
      // Before anything is taken back, or there may be nothing to tell of.
      Await.until(() -> source.stats().subscriberFailures() > 0);
      StreamObserver<X509SVIDResponse> stream = server.x509Streams.take();
      stream.onNext(message(WEB, DB));
      stream.onNext(X509SVIDResponse.getDefaultInstance());
      clock.advance(Duration.ofMinutes(1));
      stream.onNext(
          message(WEB).toBuilder()
              .putFederatedBundles("spiffe://b", com.google.protobuf.ByteString.copyFromUtf8("x"))
              .build());
      stream.onError(Status.PERMISSION_DENIED.asRuntimeException());
      Await.until(() -> source.stats().withdrawals() == 1);
      SourceStats stats = source.stats();
      assertThat(stats.messages()).isEqualTo(4);
      assertThat(stats.updates()).isEqualTo(2);
      assertThat(stats.badMessages()).isEqualTo(1);
      assertThat(stats.badElements()).isEqualTo(1);
      assertThat(stats.streamEnds()).isEqualTo(1);
      assertThat(stats.lastUpdateAt()).contains(clock.instant());
      assertThat(stats.expiresAt()).isEmpty();
    }
    try (X509Source source = builder().connect()) {
      assertThat(source.stats().expiresAt()).contains(WEB.expiresAt());
    }
  }

  @Test
  @DisplayName("what happens is in a flight recording")
  void records() throws Exception {
    BlockingQueue<RecordedEvent> events = new LinkedBlockingQueue<>();
    try (RecordingStream recording = new RecordingStream()) {
      for (String name : List.of("UpdateReceived", "SvidRotated", "StreamEnded", "Withdrawn")) {
        recording.enable("dev.spiffe4j." + name);
        recording.onEvent("dev.spiffe4j." + name, events::add);
      }
      recording.startAsync();
      try (X509Source source = builder().connect()) {
        server.x509Streams.take().onError(Status.PERMISSION_DENIED.asRuntimeException());
        Await.until(() -> !source.isReady());
      }
      Set<String> seen = ConcurrentHashMap.newKeySet();
      while (seen.size() < 4) {
        RecordedEvent event = events.poll(60, TimeUnit.SECONDS);
        assertThat(event.getString("stream")).isEqualTo("X.509-SVIDs");
        seen.add(event.getEventType().getName());
      }
    }
  }

  @Test
  @DisplayName("a slow subscriber does not hold up what is received")
  void receivesPastSlowSubscriber() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    try (X509Source source = builder().connect()) {
      source.subscribe(
          context -> {
            try {
              gate.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      source.subscribe(told::add);
      nextTold();
      StreamObserver<X509SVIDResponse> stream = server.x509Streams.take();
      stream.onNext(message(DB));
      assertThat(nextTold().x509Svid().spiffeId()).isEqualTo(DB.spiffeId());
      assertThat(source.x509Svid().spiffeId()).isEqualTo(DB.spiffeId());
      gate.countDown();
    }
  }

  @Test
  @DisplayName("a given executor runs everything of the source, and is left running")
  void usesExecutor() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(2, new DaemonThreads("given-executor"));
    BlockingQueue<String> names = new LinkedBlockingQueue<>();
    try (X509Source source = builder().executor(executor).connect()) {
      source.subscribe(context -> names.add(Thread.currentThread().getName()));
      assertThat(names.poll(60, TimeUnit.SECONDS)).startsWith("given-executor");
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .noneMatch(name -> name.startsWith("spiffe-x509-source"));
    }
    assertThat(executor.isShutdown()).isFalse();
    executor.shutdown();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  @DisplayName("a source runs on virtual threads, and is read from them")
  void runsOnVirtualThreads() throws Exception {
    ExecutorService executor =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    CompletableFuture<X509Source> connecting =
        CompletableFuture.supplyAsync(() -> builder().executor(executor).connect(), executor);
    try (X509Source source = connecting.get(60, TimeUnit.SECONDS)) {
      source.subscribe(told::add);
      nextTold();
      server.x509Streams.take().onNext(message(DB));
      assertThat(nextTold().x509Svid().spiffeId()).isEqualTo(DB.spiffeId());
    }
    executor.shutdown();
    assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }
}
