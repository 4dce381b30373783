package dev.spiffe4j.workloadapi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.Await;
import dev.spiffe4j.workloadapi.TestAuthority;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.JWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.server.RawClient.Recorder;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server does when there is too much of something. */
class WorkloadApiServerLimitsTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final X509Svid SVID = OWN.svid("web");
  private static final ValidateJWTSVIDRequest VALIDATE =
      ValidateJWTSVIDRequest.newBuilder().setAudience("me").setSvid("t").build();

  @TempDir Path directory;

  private final ScriptedHandler handler = new ScriptedHandler();

  private WorkloadApiServer.Builder builder() {
    return WorkloadApiServer.builder(directory.resolve("api.sock"), handler).untrackedCallers();
  }

  private RawClient client() {
    return new RawClient(directory.resolve("api.sock"));
  }

  @Test
  @DisplayName("a slow client gets the latest state, and nothing piles up")
  void latestWins() throws Exception {
    X509Bundle large = largeBundle();
    try (WorkloadApiServer server = builder().start();
        RawClient client = client()) {
      Recorder<X509SVIDRequest, X509SVIDResponse> slow = new Recorder<>(1);
      client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), slow);
      Updates<X509Context> updates = handler.x509Streams.take();
      int last = 500;
      for (int i = 1; i <= last; i++) {
        updates.send(X509Context.of(List.of(SVID.withHint("n" + i)), List.of(large)));
      }
      slow.next();
      slow.request(Integer.MAX_VALUE);
      int received = 1;
      while (!slow.next().getSvids(0).getHint().equals("n" + last)) {
        received++;
      }
      // 500 messages are 50 MB; what the sockets and windows hold is a few.
      assertThat(received).isLessThan(100);
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  private static X509Bundle largeBundle() {
    List<X509Certificate> authorities = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      authorities.add(OWN.anotherCertificate());
    }
    X509Bundle bundle = X509Bundle.of(OWN.trustDomain(), authorities);
    assertThat(bundle.encoded().length).isGreaterThan(90_000);
    return bundle;
  }

  @Test
  @DisplayName("a snapshot is serialized once for all streams")
  void serializesOnce() {
    List<Object> serialized = new ArrayList<>();
    Serialized<X509Context> messages =
        new Serialized<>(
            context -> {
              serialized.add(context);
              return X509Responses.svids(context);
            });
    X509Context one = X509Context.of(List.of(SVID), List.of(OWN.bundle()));
    X509Context equal = X509Context.of(List.of(SVID), List.of(OWN.bundle()));
    assertThat(messages.of(one)).isSameAs(messages.of(one)).isEqualTo(messages.of(equal));
    assertThat(serialized).containsExactly(one, equal);
  }

  @Test
  @DisplayName("EP-24: what the executor rejects is Unavailable")
  void shedsLoad() throws Exception {
    WorkloadApiServer.Builder full =
        builder()
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                });
    try (WorkloadApiServer server = full.start();
        RawClient client = client()) {
      assertCode(Code.UNAVAILABLE, client);
      Recorder<X509SVIDRequest, X509SVIDResponse> stream = new Recorder<>();
      client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), stream);
      assertThat(stream.awaitEnd().getCode()).isEqualTo(Code.UNAVAILABLE);
      assertThat(handler.callers).isEmpty();
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  @Test
  @DisplayName("EP-24: one process cannot take the places of others")
  void shedsLoadOfOneProcess() {
    BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    List<Status> refused = new ArrayList<>();
    AtomicInteger ran = new AtomicInteger();
    Calls calls = new Calls(waiting::add, 2);
    for (int i = 0; i < 3; i++) {
      calls.run(1, ran::incrementAndGet, refused::add);
    }
    assertThat(refused).extracting(Status::getCode).containsExactly(Code.UNAVAILABLE);
    calls.run(2, ran::incrementAndGet, refused::add);
    assertThat(waiting).hasSize(3);

    waiting.forEach(Runnable::run);
    assertThat(ran).hasValue(3);
    calls.run(1, ran::incrementAndGet, refused::add);
    assertThat(refused).hasSize(1);
  }

  @Test
  @DisplayName("a handler that blocks does not keep others from being served")
  void handlersMayBlock() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    handler.jwtSvids =
        () -> {
          try {
            release.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return List.of();
        };
    try (WorkloadApiServer server = builder().start();
        RawClient client = client()) {
      Future<JWTSVIDResponse> blocked =
          client.future().fetchJWTSVID(JWTSVIDRequest.newBuilder().addAudience("me").build());
      assertThat(handler.callers.poll(30, TimeUnit.SECONDS)).isNotNull();
      assertThat(client.blocking("true").validateJWTSVID(VALIDATE).getSpiffeId()).isNotEmpty();
      assertThat(blocked.isDone()).isFalse();
      release.countDown();
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  @Test
  @DisplayName("one process has only so many connections")
  @SuppressWarnings("try") // closed early
  void limitsConnectionsOfProcess() throws Exception {
    try (WorkloadApiServer server = builder().maxConnections(10, 1).start();
        RawClient first = client()) {
      assertThat(first.blocking("true").validateJWTSVID(VALIDATE).getSpiffeId()).isNotEmpty();
      try (RawClient second = client()) {
        assertCode(Code.UNAVAILABLE, second);
      }
      assertThat(first.blocking("true").validateJWTSVID(VALIDATE).getSpiffeId()).isNotEmpty();
      first.close();
      Await.until(this::isServed);
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  private boolean isServed() {
    try (RawClient client = client()) {
      return client.blocking("true").validateJWTSVID(VALIDATE).hasClaims();
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  @Test
  @DisplayName("a request that is too large is refused")
  void limitsRequests() {
    try (WorkloadApiServer server = builder().maxRequestBytes(1024).start();
        RawClient client = client()) {
      assertThat(client.blocking("true").validateJWTSVID(VALIDATE).getSpiffeId()).isNotEmpty();
      assertThatThrownBy(
              () ->
                  client
                      .blocking("true")
                      .validateJWTSVID(VALIDATE.toBuilder().setSvid("x".repeat(2000)).build()))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(handler.callers).hasSize(1);
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  @Test
  @DisplayName("one connection has only so many streams, and others wait for their turn")
  void limitsStreams() throws Exception {
    try (WorkloadApiServer server = builder().maxStreamsPerConnection(1).start();
        RawClient client = client()) {
      assertThat(client.blocking("true").validateJWTSVID(VALIDATE).getSpiffeId()).isNotEmpty();
      Recorder<X509SVIDRequest, X509SVIDResponse> first = new Recorder<>();
      client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), first);
      Updates<X509Context> updates = handler.x509Streams.take();
      Recorder<X509SVIDRequest, X509SVIDResponse> second = new Recorder<>();
      client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), second);
      updates.end(new WorkloadApiException(Reason.UNAVAILABLE, "enough"));
      assertThat(first.awaitEnd().getCode()).isEqualTo(Code.UNAVAILABLE);
      assertThat(handler.x509Streams.poll(30, TimeUnit.SECONDS)).isNotNull();
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  private static void assertCode(Code code, RawClient client) {
    assertThatThrownBy(() -> client.blocking("true").validateJWTSVID(VALIDATE))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }
}
