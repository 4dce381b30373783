package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.HandScheduler.Task;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A live source against a server that knows no rules, reconnecting when a test says so. */
@Isolated("counts threads and descriptors")
class X509SourceTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final TestAuthority FOREIGN = new TestAuthority("foreign.test");
  private static final X509Svid FIRST = OWN.svid("first");
  private static final X509Svid SECOND = OWN.svid("second");
  private static final X509SVIDResponse MESSAGE = message(FIRST).build();

  @TempDir Path directory;

  private final HandScheduler scheduler = new HandScheduler();
  private final BlockingQueue<X509Context> told = new LinkedBlockingQueue<>();
  private RawServer server;

  @BeforeEach
  void start() throws IOException {
    server = new RawServer(socket());
    server.onX509 = stream -> stream.onNext(MESSAGE);
  }

  @AfterEach
  void stop() {
    server.close();
    scheduler.shutdownNow();
  }

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private static X509SVIDResponse.Builder message(X509Svid... svids) {
    X509SVIDResponse.Builder message = X509SVIDResponse.newBuilder();
    for (X509Svid svid : svids) {
      message.addSvids(RawServer.svid(svid, OWN.bundle()));
    }
    return message;
  }

  private X509Source connect() {
    return X509Source.builder(WorkloadApiAddress.of(socket()))
        .clock(InstantSource.fixed(TestAuthority.NOW))
        .scheduler(scheduler)
        .random(new Random(1))
        .connect();
  }

  private StreamObserver<X509SVIDResponse> stream() throws InterruptedException {
    StreamObserver<X509SVIDResponse> stream = server.x509Streams.poll(60, TimeUnit.SECONDS);
    if (stream == null) {
      throw new AssertionError("no stream was opened");
    }
    return stream;
  }

  private X509Context nextTold() throws InterruptedException {
    X509Context context = told.poll(60, TimeUnit.SECONDS);
    if (context == null) {
      throw new AssertionError("the subscriber was told nothing");
    }
    return context;
  }

  private static void awaitError(X509Source source, Reason reason) throws InterruptedException {
    Await.until(() -> source.lastError().filter(e -> e.reason() == reason).isPresent());
  }

  @Test
  @DisplayName("WAPI-78: the same message again is no update, whatever order its map has")
  void ignoresRepeats() throws Exception {
    X509SVIDResponse.Builder large = message(FIRST);
    for (char c = 'a'; c <= 'z'; c++) {
      large.putFederatedBundles("spiffe://" + c, ByteString.copyFrom(FOREIGN.bundle().encoded()));
    }
    X509SVIDResponse.Builder reversed = message(FIRST);
    for (char c = 'z'; c >= 'a'; c--) {
      reversed.putFederatedBundles(
          "spiffe://" + c, ByteString.copyFrom(FOREIGN.bundle().encoded()));
    }
    assertThat(large.build().toByteString()).isNotEqualTo(reversed.build().toByteString());
    server.onX509 = stream -> stream.onNext(large.build());
    try (X509Source source = connect()) {
      source.subscribe(told::add);
      X509Context first = nextTold();
      StreamObserver<X509SVIDResponse> stream = stream();
      stream.onNext(reversed.build());
      stream.onNext(large.build());
      stream.onNext(message(SECOND).build());
      assertThat(nextTold().x509Svid().spiffeId()).isEqualTo(SECOND.spiffeId());
      assertThat(first.bundles()).hasSize(27);
    }
  }

  @Test
  @DisplayName("WAPI-17, -75: a bad message changes nothing, and the stream goes on")
  void survivesBadMessage() throws Exception {
    try (X509Source source = connect()) {
      X509Context before = source.x509Context();
      StreamObserver<X509SVIDResponse> stream = stream();
      stream.onNext(X509SVIDResponse.getDefaultInstance());
      awaitError(source, Reason.INVALID_RESPONSE);
      assertThat(source.x509Context()).isSameAs(before);
      assertThat(source.isReady()).isTrue();

      stream.onNext(MESSAGE);
      Await.until(() -> source.lastError().isEmpty());
      assertThat(source.x509Context()).isSameAs(before);
      assertThat(server.x509Streams).isEmpty();
      assertThat(scheduler.tasks).isEmpty();
    }
  }

  @Test
  @DisplayName("a bad federated bundle is reported, and the rest is used")
  void reportsBadBundle() throws Exception {
    server.onX509 =
        stream ->
            stream.onNext(
                message(FIRST)
                    .putFederatedBundles("spiffe://foreign.test", ByteString.copyFromUtf8("junk"))
                    .build());
    try (X509Source source = connect()) {
      assertThat(source.isReady()).isTrue();
      assertThat(source.x509Bundle(FOREIGN.trustDomain())).isEmpty();
      awaitError(source, Reason.INVALID_RESPONSE);
    }
  }

  @Test
  @DisplayName("WAPI-08, -58, -77: a stream that ends is opened again, sooner the first time")
  void reconnects() throws Exception {
    try (X509Source source = connect()) {
      X509Context before = source.x509Context();
      stream().onCompleted();
      Task first = scheduler.next();
      assertThat(first.delay()).isLessThanOrEqualTo(Duration.ofMillis(250));
      awaitError(source, Reason.UNAVAILABLE);
      assertThat(source.x509Context()).isSameAs(before);

      server.onX509 = stream -> stream.onError(Status.UNAVAILABLE.asRuntimeException());
      first.work().run();
      stream();
      Task second = scheduler.next();
      assertThat(second.delay()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
      second.work().run();
      stream();
      Task third = scheduler.next();
      assertThat(third.delay()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));

      // A good message begins anew.
      server.onX509 = stream -> stream.onNext(MESSAGE);
      third.work().run();
      StreamObserver<X509SVIDResponse> stream = stream();
      Await.until(() -> source.lastError().isEmpty());
      assertThat(source.x509Context()).isSameAs(before);
      stream.onError(Status.INTERNAL.asRuntimeException());
      assertThat(scheduler.next().delay()).isLessThanOrEqualTo(Duration.ofMillis(250));
      assertThat(source.isReady()).isTrue();
    }
  }

  @Test
  @DisplayName("WAPI-58: bad messages do not begin the backoff anew")
  void backsOffFromBadServer() throws Exception {
    try (X509Source source = connect()) {
      stream().onCompleted();
      Task first = scheduler.next();
      server.onX509 =
          stream -> {
            stream.onNext(X509SVIDResponse.getDefaultInstance());
            stream.onCompleted();
          };
      first.work().run();
      assertThat(scheduler.next().delay()).isGreaterThanOrEqualTo(Duration.ofMillis(500));
      assertThat(source.isReady()).isTrue();
    }
  }

  @Test
  @DisplayName("WAPI-08: a server that comes back on the same socket is found at the first attempt")
  void findsRestartedServer() throws Exception {
    try (X509Source source = connect()) {
      server.close();
      Task retry = scheduler.next();
      retry.work().run();
      retry = scheduler.next();
      awaitError(source, Reason.SOCKET_MISSING);
      server = new RawServer(socket());
      server.onX509 = stream -> stream.onNext(message(SECOND).build());
      source.subscribe(told::add);
      nextTold();
      retry.work().run();
      assertThat(nextTold().x509Svid().spiffeId()).isEqualTo(SECOND.spiffeId());
      assertThat(source.lastError()).isEmpty();
    }
  }

  @Test
  @DisplayName("EP-23, -28: after InvalidArgument and Unimplemented there is no other attempt")
  void gives() throws Exception {
    for (Status status : List.of(Status.INVALID_ARGUMENT, Status.UNIMPLEMENTED)) {
      try (X509Source source = connect()) {
        stream().onError(status.asRuntimeException());
        awaitError(source, Reason.valueOf(status.getCode().name()));
        assertThat(source.isReady()).isTrue();
      }
    }
    assertThat(scheduler.tasks).isEmpty();
  }

  @Test
  @DisplayName("a subscription that is closed hears nothing more")
  void unsubscribes() throws Exception {
    BlockingQueue<X509Context> gone = new LinkedBlockingQueue<>();
    try (X509Source source = connect()) {
      Subscription subscription = source.subscribe(gone::add);
      source.subscribe(told::add);
      nextTold();
      assertThat(gone.poll(60, TimeUnit.SECONDS)).isNotNull();
      subscription.close();
      subscription.close();
      stream().onNext(message(SECOND).build());
      nextTold();
      assertThat(gone).isEmpty();
    }
  }

  @Test
  @DisplayName("closing is final, can be repeated, and ends the call")
  void closes() throws Exception {
    X509Source source = connect();
    stream();
    source.close();
    source.close();
    assertClosed(source::x509Svid);
    assertClosed(source::x509Context);
    assertClosed(() -> source.x509Bundle(OWN.trustDomain()));
    assertClosed(() -> source.subscribe(told::add));
    assertThat(source.isReady()).isFalse();
    assertThat(told).isEmpty();
    assertThat(scheduler.tasks).isEmpty();
  }

  private static void assertClosed(ThrowingCallable call) {
    assertThatIllegalStateException().isThrownBy(call);
  }

  @Test
  @DisplayName("a subscriber may close the source")
  void closesFromSubscriber() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    X509Source source = connect();
    source.subscribe(
        context -> {
          source.close();
          closed.countDown();
        });
    assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    assertClosed(source::x509Svid);
    Await.until(() -> threads().isEmpty());
  }

  @Test
  @DisplayName("a source that waits for its next attempt can be closed, and the attempt is off")
  void closesBetweenAttempts() throws Exception {
    X509Source source = connect();
    stream().onCompleted();
    Task retry = scheduler.next();
    source.close();
    Await.until(retry.future()::isCancelled);
    retry.work().run();
    assertThat(server.x509Streams).isEmpty();
  }

  @Test
  @DisplayName(
      "no thread and no descriptor is left, of a source that started or of one that did not")
  void leavesNothing() throws Exception {
    connect().close();
    Await.until(() -> threads().isEmpty());
    long before = descriptors();
    for (int i = 0; i < 5; i++) {
      connect().close();
      server.onX509 = stream -> stream.onError(Status.UNIMPLEMENTED.asRuntimeException());
      assertThatThrownBy(this::connect).isInstanceOf(WorkloadApiException.class);
      server.onX509 = stream -> stream.onNext(MESSAGE);
    }
    Await.until(() -> threads().isEmpty());
    Await.until(() -> descriptors() <= before);
  }

  /** Threads of ours, of Netty's and of gRPC's that are not the test's own. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(
            name ->
                name.startsWith("spiffe-")
                    || name.startsWith("grpc-")
                    || name.startsWith("globalEventExecutor")
                    || name.startsWith("nioEventLoop"))
        .collect(Collectors.toSet());
  }

  private static long descriptors() {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
