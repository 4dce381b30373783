package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidRequest;
import dev.spiffe4j.jwt.JwtSvidSigner;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.server.ScriptedHandler;
import dev.spiffe4j.workloadapi.server.Updates;
import dev.spiffe4j.workloadapi.server.WorkloadApiServer;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Futures and watches. */
class AsyncWorkloadApiClientTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final X509Svid FIRST = OWN.svid("first");
  private static final X509Svid SECOND = OWN.svid("second");
  private static final JwtSvid TOKEN =
      JwtSvidSigner.of("k", OWN.keys().getPrivate(), OWN.keys().getPublic())
          .sign(
              FIRST.spiffeId(),
              List.of("me"),
              TestAuthority.NOW,
              TestAuthority.NOW.plusSeconds(60));

  @TempDir Path directory;

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private WorkloadApiClient client() {
    return WorkloadApiClient.connect(WorkloadApiAddress.of(socket()));
  }

  private static X509SVIDResponse message(X509Svid svid) {
    return X509SVIDResponse.newBuilder().addSvids(RawServer.svid(svid, OWN.bundle())).build();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  private static void assertFails(Reason reason, CompletableFuture<?> future) {
    assertThatThrownBy(() -> get(future))
        .cause()
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  @DisplayName("each question has a future, which says what the blocking twin says")
  void asks() throws Exception {
    ScriptedHandler handler = new ScriptedHandler();
    handler.x509Context = X509Context.of(List.of(FIRST), List.of(OWN.bundle()));
    JwtBundle bundle = JwtBundle.of(OWN.trustDomain(), Map.of("k", OWN.keys().getPublic()));
    handler.jwtBundles = List.of(bundle);
    handler.jwtSvids = () -> List.of(TOKEN);
    handler.validation =
        () -> new JwtValidation(FIRST.spiffeId(), Map.of("sub", FIRST.spiffeId().toString()));
    try (WorkloadApiServer server =
            WorkloadApiServer.builder(socket(), handler).untrackedCallers().start();
        WorkloadApiClient client = client()) {
      AsyncWorkloadApiClient async = client.async();
      assertThat(get(async.fetchX509Context()).x509Svid().spiffeId()).isEqualTo(FIRST.spiffeId());
      assertThat(get(async.fetchX509Bundles())).isEqualTo(client.fetchX509Bundles());
      assertThat(get(async.fetchJwtBundles())).isEqualTo(Map.of(OWN.trustDomain(), bundle));
      assertThat(get(async.fetchJwtSvids(JwtSvidRequest.of("me")))).hasSize(1);
      assertThat(get(async.fetchJwtSvid(JwtSvidRequest.of("me"))).token()).isEqualTo(TOKEN.token());
      assertThat(get(async.validateJwtSvid("me", TOKEN.token())).spiffeId())
          .isEqualTo(FIRST.spiffeId());
      assertFails(
          Reason.NO_MATCHING_SVID, async.fetchJwtSvid(JwtSvidRequest.of("me").withHint("x")));
      assertFails(Reason.UNIMPLEMENTED, async.fetchWitSvids());
      assertFails(Reason.UNIMPLEMENTED, async.fetchWitSvid(FIRST.spiffeId()));
      assertFails(Reason.UNIMPLEMENTED, async.fetchWitBundles());
      assertThat(server.address()).isNotNull();
    }
  }

  @Test
  @DisplayName("a future that is cancelled ends its call; one that is late says so")
  void cancels() throws Exception {
    BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    try (RawServer server = new RawServer(socket());
        WorkloadApiClient client = client();
        WorkloadApiClient hasty =
            WorkloadApiClient.builder(WorkloadApiAddress.of(socket()))
                .timeout(Duration.ofMillis(200))
                .connect()) {
      server.onX509 =
          stream ->
              ((ServerCallStreamObserver<X509SVIDResponse>) stream)
                  .setOnCancelHandler(() -> cancelled.add("cancelled"));
      CompletableFuture<X509Context> future = client.async().fetchX509Context();
      server.x509Streams.take();
      assertThat(future.cancel(true)).isTrue();
      assertThat(cancelled.poll(60, TimeUnit.SECONDS)).isNotNull();
      assertFails(Reason.TIMED_OUT, hasty.async().fetchX509Context());
    }
  }

  @Test
  @DisplayName("a future that waits when its client is closed is told")
  void tellsOfClose() throws Exception {
    try (RawServer server = new RawServer(socket())) {
      WorkloadApiClient client = client();
      CompletableFuture<X509Context> future = client.async().fetchX509Context();
      server.x509Streams.take();
      client.close();
      assertFails(Reason.CLOSED, future);
      assertThatIllegalStateException().isThrownBy(() -> client.async().fetchX509Context());
      assertThatIllegalStateException()
          .isThrownBy(() -> client.async().watchX509Context(context -> {}));
      assertThatIllegalStateException().isThrownBy(client::fetchX509Context);
    }
  }

  @Test
  @DisplayName("a watch goes on after a bad message and the end of its stream, until it is closed")
  void watches() throws Exception {
    HandScheduler scheduler = new HandScheduler();
    BlockingQueue<X509Context> updates = new LinkedBlockingQueue<>();
    BlockingQueue<Reason> problems = new LinkedBlockingQueue<>();
    try (RawServer server = new RawServer(socket());
        WorkloadApiClient client =
            WorkloadApiClient.builder(WorkloadApiAddress.of(socket()))
                .scheduler(scheduler)
                .connect()) {
      server.onX509 = stream -> stream.onNext(message(FIRST));
      Subscription watch =
          client
              .async()
              .watchX509Context(
                  new Watcher<X509Context>() {
                    @Override
                    public void onUpdate(X509Context latest) {
                      updates.add(latest);
                    }

                    @Override
                    public void onProblem(WorkloadApiException problem, boolean isLast) {
                      assertThat(isLast).isEqualTo(problem.reason() == Reason.UNIMPLEMENTED);
                      problems.add(problem.reason());
                    }
                  });
      assertThat(updates.poll(60, TimeUnit.SECONDS)).isNotNull();
      StreamObserver<X509SVIDResponse> stream = server.x509Streams.take();
      stream.onNext(X509SVIDResponse.getDefaultInstance());
      assertThat(problems.poll(60, TimeUnit.SECONDS)).isEqualTo(Reason.INVALID_RESPONSE);
      stream.onNext(message(SECOND));
      assertThat(updates.poll(60, TimeUnit.SECONDS)).isNotNull();
      for (Status status : List.of(Status.CANCELLED, Status.UNAVAILABLE, Status.INTERNAL)) {
        stream.onError(status.asRuntimeException());
        assertThat(problems.poll(60, TimeUnit.SECONDS)).isNotNull();
        scheduler.next().work().run();
        stream = server.x509Streams.take();
        assertThat(updates.poll(60, TimeUnit.SECONDS)).isNotNull();
        stream.onNext(message(SECOND));
        assertThat(updates.poll(60, TimeUnit.SECONDS)).isNotNull();
      }
      stream.onError(Status.UNIMPLEMENTED.asRuntimeException());
      assertThat(problems.poll(60, TimeUnit.SECONDS)).isEqualTo(Reason.UNIMPLEMENTED);
      assertThat(scheduler.tasks).isEmpty();
      watch.close();
      watch.close();
    }
    scheduler.shutdownNow();
  }

  @Test
  @DisplayName("closing one watch or one source leaves the others of the same connection alone")
  void sharesConnection() throws Exception {
    ScriptedHandler handler = new ScriptedHandler();
    handler.x509Context = X509Context.of(List.of(FIRST), List.of(OWN.bundle()));
    BlockingQueue<X509Context> updates = new LinkedBlockingQueue<>();
    try (WorkloadApiServer server =
            WorkloadApiServer.builder(socket(), handler).untrackedCallers().start();
        WorkloadApiClient client = client()) {
      X509Source one = X509Source.builder(client).clock(new HandClock()).connect();
      try (X509Source other = X509Source.builder(client).clock(new HandClock()).connect()) {
        client.async().watchX509Context(context -> {}).close();
        one.close();
        Await.until(() -> handler.open.get() == 1);
        other.subscribe(updates::add);
        assertThat(updates.poll(60, TimeUnit.SECONDS)).isNotNull();
        X509Context second = X509Context.of(List.of(SECOND), List.of(OWN.bundle()));
        handler.x509Context = second;
        for (Updates<X509Context> stream : handler.x509Streams) {
          stream.send(second);
        }
        assertThat(updates.poll(60, TimeUnit.SECONDS).x509Svid().spiffeId())
            .isEqualTo(SECOND.spiffeId());
        assertThat(client.fetchX509Context().svids()).hasSize(1);
      }
      assertThat(client.fetchX509Context().svids()).hasSize(1);
      assertThat(server.address()).isNotNull();
    }
  }
}
