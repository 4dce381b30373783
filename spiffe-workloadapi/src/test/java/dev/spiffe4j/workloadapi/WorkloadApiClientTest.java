package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidSigner;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.JWTSVID;
import dev.spiffe4j.workloadapi.proto.JWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.SpiffeWorkloadAPIGrpc;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.wire.BytesMarshaller;
import dev.spiffe4j.workloadapi.wire.SecurityHeader;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single questions, to a server that knows no rules. */
class WorkloadApiClientTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final X509Svid SVID = OWN.svid("web");
  private static final JwtSvid TOKEN =
      JwtSvidSigner.of("k", OWN.keys().getPrivate(), OWN.keys().getPublic())
          .sign(
              SpiffeId.parse("spiffe://example.org/web"),
              List.of("me"),
              TestAuthority.NOW,
              TestAuthority.NOW.plusSeconds(60));

  @TempDir Path directory;

  private RawServer server;
  private WorkloadApiClient client;

  @BeforeEach
  void start() throws IOException {
    Path socket = directory.resolve("api.sock");
    server = new RawServer(socket);
    client =
        WorkloadApiClient.builder(WorkloadApiAddress.of(socket)).maxMessageBytes(65536).connect();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static <R> void answer(StreamObserver<R> stream, R response) {
    stream.onNext(response);
    stream.onCompleted();
  }

  private static void assertReason(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  @DisplayName(
      "EP-07: each call has the security header, and the first message of a stream is enough")
  void fetchesX509Context() throws Exception {
    BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    server.onX509 =
        stream -> {
          ((ServerCallStreamObserver<X509SVIDResponse>) stream)
              .setOnCancelHandler(() -> cancelled.add("cancelled"));
          stream.onNext(
              X509SVIDResponse.newBuilder().addSvids(RawServer.svid(SVID, OWN.bundle())).build());
        };
    assertThat(client.fetchX509Context().x509Svid().chain()).isEqualTo(SVID.chain());
    assertThat(cancelled.poll(60, TimeUnit.SECONDS)).isNotNull();
    Metadata headers = server.headers.take();
    assertThat(headers.getAll(SecurityHeader.KEY)).containsExactly("true");
  }

  @Test
  void fetchesX509Bundles() {
    server.onX509Bundles =
        stream ->
            stream.onNext(
                X509BundlesResponse.newBuilder()
                    .putBundles("spiffe://example.org", ByteString.copyFrom(OWN.bundle().encoded()))
                    .build());
    assertThat(client.fetchX509Bundles()).isEqualTo(Map.of(OWN.trustDomain(), OWN.bundle()));
  }

  @Test
  @DisplayName("WAPI-61, -64: the first JWT-SVID is the default, and another's is refused")
  void fetchesJwtSvid() {
    server.onJwt =
        stream ->
            answer(
                stream,
                JWTSVIDResponse.newBuilder()
                    .addSvids(
                        JWTSVID
                            .newBuilder()
                            .setSpiffeId(TOKEN.spiffeId().toString())
                            .setSvid(TOKEN.token()))
                    .build());
    assertThat(client.fetchJwtSvid("me").token()).isEqualTo(TOKEN.token());
    assertThat(client.fetchJwtSvid(TOKEN.spiffeId(), "me").token()).isEqualTo(TOKEN.token());
    assertReason(
        Reason.INVALID_RESPONSE,
        () -> client.fetchJwtSvid(SpiffeId.parse("spiffe://example.org/other"), "me"));
  }

  @Test
  @DisplayName("WAPI-33: an audience is never empty")
  void wantsAudience() {
    assertThatIllegalArgumentException().isThrownBy(() -> client.fetchJwtSvid(""));
    assertThatIllegalArgumentException().isThrownBy(() -> client.fetchJwtSvids("a", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> client.validateJwtSvid("", "t"));
    assertThatIllegalArgumentException().isThrownBy(() -> client.validateJwtSvid("a", ""));
    assertThat(server.headers).isEmpty();
  }

  @Test
  @DisplayName("WAPI-44: a validation without claims is none")
  void refusesValidationWithoutClaims() {
    server.onValidate =
        stream ->
            answer(
                stream,
                ValidateJWTSVIDResponse.newBuilder()
                    .setSpiffeId(TOKEN.spiffeId().toString())
                    .build());
    assertReason(Reason.INVALID_RESPONSE, () -> client.validateJwtSvid("me", TOKEN.token()));
  }

  @Test
  @DisplayName("WAPI-62: what the server says of a bad token is told, without the token")
  void tellsOfBadToken() {
    server.onValidate =
        stream ->
            stream.onError(
                Status.INVALID_ARGUMENT.withDescription("expired\n\u001b[0m").asRuntimeException());
    assertThatThrownBy(() -> client.validateJwtSvid("me", TOKEN.token()))
        .isInstanceOfSatisfying(
            WorkloadApiException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_ARGUMENT))
        .hasMessageContaining("expired")
        .hasMessageNotContaining("\u001b")
        .hasMessageNotContaining(TOKEN.token());
  }

  @Test
  @DisplayName("WAPI-83: an answer above the limit is refused as such")
  void limitsAnswers() {
    server.onJwt =
        stream ->
            answer(
                stream,
                JWTSVIDResponse.newBuilder()
                    .addSvids(JWTSVID.newBuilder().setSvid("x".repeat(70_000)))
                    .build());
    assertReason(Reason.TOO_LARGE, () -> client.fetchJwtSvid("me"));
  }

  @Test
  @DisplayName("bytes that are no message are no answer")
  void refusesBrokenMessage() throws IOException {
    server.close();
    MethodDescriptor<X509SVIDRequest, X509SVIDResponse> method =
        SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod();
    ServerCallHandler<X509SVIDRequest, byte[]> junk =
        ServerCalls.asyncServerStreamingCall(
            (request, stream) -> stream.onNext("junk".getBytes(StandardCharsets.UTF_8)));
    server =
        new RawServer(
            directory.resolve("api.sock"),
            ServerServiceDefinition.builder(SpiffeWorkloadAPIGrpc.SERVICE_NAME)
                .addMethod(
                    method.toBuilder(method.getRequestMarshaller(), new BytesMarshaller()).build(),
                    junk)
                .build());
    assertReason(Reason.INVALID_RESPONSE, client::fetchX509Context);
  }

  @Test
  void timesOut() {
    try (WorkloadApiClient impatient =
        WorkloadApiClient.builder(WorkloadApiAddress.of(directory.resolve("api.sock")))
            .timeout(Duration.ofMillis(50))
            .connect()) {
      assertReason(Reason.TIMED_OUT, impatient::fetchX509Context);
    }
  }

  @Test
  @DisplayName("EP-26, WAPI-29: a denial is a reason of its own")
  void isDenied() {
    server.onX509 = stream -> stream.onError(Status.PERMISSION_DENIED.asRuntimeException());
    server.onJwt = stream -> stream.onError(Status.PERMISSION_DENIED.asRuntimeException());
    assertReason(Reason.NO_IDENTITY, client::fetchX509Context);
    assertReason(Reason.NO_IDENTITY, () -> client.fetchJwtSvids("me"));
  }

  @Test
  @DisplayName("EP-25: a server that comes back is found by the next question")
  void findsRestartedServer() throws IOException {
    server.close();
    for (int i = 0; i < 3; i++) {
      assertReason(Reason.SOCKET_MISSING, client::fetchX509Context);
    }
    server = new RawServer(directory.resolve("api.sock"));
    server.onX509 = stream -> stream.onError(Status.PERMISSION_DENIED.asRuntimeException());
    assertReason(Reason.NO_IDENTITY, client::fetchX509Context);
  }

  @Test
  void isInterrupted() throws Exception {
    BlockingQueue<Reason> reasons = new LinkedBlockingQueue<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                client.fetchX509Context();
              } catch (WorkloadApiException e) {
                reasons.add(e.reason());
              }
            },
            "interrupted");
    waiting.start();
    waiting.interrupt();
    assertThat(reasons.poll(60, TimeUnit.SECONDS)).isEqualTo(Reason.INTERRUPTED);
  }

  @Test
  void isClosed() {
    client.close();
    assertThatIllegalStateException().isThrownBy(client::fetchX509Context);
    assertThatIllegalStateException().isThrownBy(() -> client.fetchJwtSvid("me"));
  }
}
