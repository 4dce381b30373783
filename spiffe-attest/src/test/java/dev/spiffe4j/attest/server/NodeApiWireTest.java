package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.spiffe4j.Authorizer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TestAgent;
import dev.spiffe4j.attest.TestRequests;
import dev.spiffe4j.attest.proto.agent.AgentGrpc;
import dev.spiffe4j.attest.proto.agent.AttestAgentRequest;
import dev.spiffe4j.attest.proto.agent.AttestAgentResponse;
import dev.spiffe4j.attest.proto.agent.CreateJoinTokenRequest;
import dev.spiffe4j.attest.proto.agent.PostStatusRequest;
import dev.spiffe4j.attest.proto.agent.RenewAgentRequest;
import dev.spiffe4j.attest.proto.bundle.BundleGrpc;
import dev.spiffe4j.attest.proto.bundle.GetBundleRequest;
import dev.spiffe4j.attest.proto.bundle.GetFederatedBundleRequest;
import dev.spiffe4j.attest.proto.entry.EntryGrpc;
import dev.spiffe4j.attest.proto.entry.GetAuthorizedEntriesRequest;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesRequest;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesResponse;
import dev.spiffe4j.attest.proto.svid.BatchNewX509SVIDRequest;
import dev.spiffe4j.attest.proto.svid.NewJWTSVIDRequest;
import dev.spiffe4j.attest.proto.svid.NewX509SVIDParams;
import dev.spiffe4j.attest.proto.svid.SVIDGrpc;
import dev.spiffe4j.attest.proto.types.Bundle;
import dev.spiffe4j.attest.proto.types.BundleMask;
import dev.spiffe4j.attest.proto.types.Entry;
import dev.spiffe4j.attest.proto.types.EntryMask;
import dev.spiffe4j.attest.server.TestServer.Transport;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.grpc.SpiffeGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What travels, seen by a client that knows gRPC and the messages and nothing else. */
class NodeApiWireTest {
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final TestServer test = TestServer.start(Transport.GRPC);
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    test.close();
  }

  private ManagedChannel channel(X509ContextSource source, InstantSource clock) {
    SpiffeTls tls = SpiffeTls.builder(source, Authorizer.anyAuthenticated()).clock(clock).build();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(test.address())
            .sslContext(SpiffeGrpc.clientSslContext(tls))
            .build();
    channels.add(channel);
    return channel;
  }

  private ManagedChannel nobody() {
    X509Context context = X509Context.of(List.of(), List.of(test.server.bundle().x509Bundle()));
    return channel(() -> context, test.clock);
  }

  private static <Q, R> R call(ManagedChannel channel, MethodDescriptor<Q, R> method, Q request) {
    return ClientCalls.blockingUnaryCall(
        channel, method, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS), request);
  }

  private static StatusRuntimeException failure(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("the call succeeded");
  }

  /** Sends messages, and collects the answers up to the end, which must be a success. */
  private static <Q, R> List<R> exchange(
      Function<StreamObserver<R>, StreamObserver<Q>> method, boolean complete, List<Q> requests)
      throws Exception {
    List<R> responses = new ArrayList<>();
    CompletableFuture<List<R>> end = new CompletableFuture<>();
    StreamObserver<Q> out =
        method.apply(
            new StreamObserver<>() {
              @Override
              public void onNext(R response) {
                responses.add(response);
              }

              @Override
              public void onError(Throwable cause) {
                end.completeExceptionally(cause);
              }

              @Override
              public void onCompleted() {
                end.complete(responses);
              }
            });
    requests.forEach(out::onNext);
    if (complete) {
      out.onCompleted();
    }
    return end.get(30, TimeUnit.SECONDS);
  }

  private static void assertStatus(
      Status.Code code,
      Function<
              StreamObserver<SyncAuthorizedEntriesResponse>,
              StreamObserver<SyncAuthorizedEntriesRequest>>
          method,
      SyncAuthorizedEntriesRequest request) {
    assertThatThrownBy(() -> exchange(method, true, List.of(request)))
        .hasCauseInstanceOf(StatusRuntimeException.class)
        .satisfies(e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(code));
  }

  @Test
  void aDenialCarriesItsReasonByteForByte() {
    TestAgent agent = test.agent();
    ManagedChannel channel = channel(agent, test.clock);
    GetAuthorizedEntriesRequest request = GetAuthorizedEntriesRequest.getDefaultInstance();
    call(channel, EntryGrpc.getGetAuthorizedEntriesMethod(), request);

    test.server.nodes().ban(agent.id());
    assertDenied(channel, request, 4);
    test.server.nodes().evict(agent.id());
    assertDenied(channel, request, 2);
  }

  private static void assertDenied(
      ManagedChannel channel, GetAuthorizedEntriesRequest request, int reason) {
    StatusRuntimeException denied =
        failure(() -> call(channel, EntryGrpc.getGetAuthorizedEntriesMethod(), request));
    String message =
        "authorization denied for method /spire.api.server.entry.v1.Entry/GetAuthorizedEntries";
    assertThat(denied.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(denied.getStatus().getDescription()).isEqualTo(message);
    // google.rpc.Status: code = 1, message = 2, details = 3; Any: type_url = 1, value = 2.
    byte[] any =
        concat(
            field(0x0a, "type.googleapis.com/spire.api.types.PermissionDeniedDetails"),
            new byte[] {0x12, 2, 0x08, (byte) reason});
    assertThat(details(denied))
        .isEqualTo(
            concat(
                new byte[] {0x08, 7},
                field(0x12, message),
                new byte[] {0x1a, (byte) any.length},
                any));
  }

  private static byte @Nullable [] details(StatusRuntimeException e) {
    Metadata trailers = e.getTrailers();
    return trailers == null ? null : trailers.get(DETAILS);
  }

  private static byte[] field(int tag, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(bytes.length).isLessThan(128);
    return concat(new byte[] {(byte) tag, (byte) bytes.length}, bytes);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  @Test
  void whoeverPresentsNothingGetsTheBundleAndNoMore() throws Exception {
    ManagedChannel nobody = nobody();
    Bundle bundle =
        call(nobody, BundleGrpc.getGetBundleMethod(), GetBundleRequest.getDefaultInstance());
    assertThat(bundle.getX509AuthoritiesCount()).isEqualTo(1);

    assertNobodyMay(
        nobody, AgentGrpc.getRenewAgentMethod(), RenewAgentRequest.getDefaultInstance());
    assertNobodyMay(
        nobody, AgentGrpc.getPostStatusMethod(), PostStatusRequest.getDefaultInstance());
    assertNobodyMay(
        nobody,
        EntryGrpc.getGetAuthorizedEntriesMethod(),
        GetAuthorizedEntriesRequest.getDefaultInstance());
    assertNobodyMay(
        nobody, SVIDGrpc.getBatchNewX509SVIDMethod(), BatchNewX509SVIDRequest.getDefaultInstance());
    assertNobodyMay(nobody, SVIDGrpc.getNewJWTSVIDMethod(), NewJWTSVIDRequest.getDefaultInstance());
    assertNobodyMay(
        nobody,
        BundleGrpc.getGetFederatedBundleMethod(),
        GetFederatedBundleRequest.newBuilder().setTrustDomain("x").build());
    assertStatus(
        Status.Code.PERMISSION_DENIED,
        EntryGrpc.newStub(nobody)::syncAuthorizedEntries,
        SyncAuthorizedEntriesRequest.getDefaultInstance());
  }

  private static <Q> void assertNobodyMay(
      ManagedChannel channel, MethodDescriptor<Q, ?> method, Q request) {
    StatusRuntimeException denied = failure(() -> call(channel, method, request));
    assertThat(denied.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(details(denied)).isNull();
  }

  @Test
  void callsThatAreNotServedAreNotKnown() {
    ManagedChannel channel = channel(test.agent(), test.clock);
    call(channel, AgentGrpc.getPostStatusMethod(), PostStatusRequest.getDefaultInstance());
    StatusRuntimeException e =
        failure(
            () ->
                call(
                    channel,
                    AgentGrpc.getCreateJoinTokenMethod(),
                    CreateJoinTokenRequest.getDefaultInstance()));
    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void anSvidThatExpiresOnAnOpenConnectionIsNoticed() {
    TestAgent agent = test.agent();
    // A client whose own clock stands still connects in time.
    ManagedChannel channel = channel(agent, MutableInstantSource.of(TestServer.START));
    PostStatusRequest request = PostStatusRequest.getDefaultInstance();
    call(channel, AgentGrpc.getPostStatusMethod(), request);
    test.clock.advance(Duration.ofHours(1).plusSeconds(1));
    StatusRuntimeException denied =
        failure(() -> call(channel, AgentGrpc.getPostStatusMethod(), request));
    assertThat(details(denied)).endsWith(0x12, 2, 0x08, 1);
  }

  @Test
  void masksLeaveOut() {
    TestAgent agent = test.agent();
    RegistrationEntry entry = test.entry(agent.id(), "web");
    ManagedChannel channel = channel(agent, test.clock);
    Entry masked =
        call(
                channel,
                EntryGrpc.getGetAuthorizedEntriesMethod(),
                GetAuthorizedEntriesRequest.newBuilder()
                    .setOutputMask(EntryMask.newBuilder().setSelectors(true))
                    .build())
            .getEntries(0);
    assertThat(masked.getId()).isEqualTo(entry.id());
    assertThat(masked.getSelectorsCount()).isEqualTo(1);
    assertThat(masked.hasSpiffeId()).isFalse();
    assertThat(masked.getCreatedAt()).isZero();
    Bundle bundle =
        call(
            channel,
            BundleGrpc.getGetBundleMethod(),
            GetBundleRequest.newBuilder()
                .setOutputMask(BundleMask.newBuilder().setSequenceNumber(true))
                .build());
    assertThat(bundle.getTrustDomain()).isEqualTo("example.org");
    assertThat(bundle.getX509AuthoritiesCount()).isZero();
    assertThat(bundle.getSequenceNumber()).isPositive();
  }

  @Test
  void fewEntriesComeAtOnceAndTheServerEndsTheStream() throws Exception {
    TestAgent agent = test.agent();
    test.entry(agent.id(), "web");
    List<SyncAuthorizedEntriesResponse> responses =
        exchange(
            EntryGrpc.newStub(channel(agent, test.clock))::syncAuthorizedEntries,
            false,
            List.of(SyncAuthorizedEntriesRequest.getDefaultInstance()));
    assertThat(responses).hasSize(1);
    assertThat(responses.get(0).getEntriesCount()).isEqualTo(1);
    assertThat(responses.get(0).getMore()).isFalse();
    assertThat(responses.get(0).getEntryRevisionsCount()).isZero();
  }

  @Test
  void ofManyEntriesTheRevisionsComeAndThenWhatIsAskedFor() throws Exception {
    TestAgent agent = test.agent();
    for (int i = 0; i < 1200; i++) {
      test.entry(agent.id(), "web" + i);
    }
    String some = test.entry(agent.id(), "web7").id();
    List<SyncAuthorizedEntriesResponse> responses =
        exchange(
            EntryGrpc.newStub(channel(agent, test.clock))::syncAuthorizedEntries,
            true,
            List.of(
                SyncAuthorizedEntriesRequest.getDefaultInstance(),
                SyncAuthorizedEntriesRequest.newBuilder().addIds("gone").addIds(some).build(),
                SyncAuthorizedEntriesRequest.newBuilder().addIds("gone").build()));
    assertThat(responses)
        .extracting(SyncAuthorizedEntriesResponse::getEntryRevisionsCount)
        .containsExactly(500, 500, 200, 0, 0);
    assertThat(responses)
        .extracting(SyncAuthorizedEntriesResponse::getMore)
        .containsExactly(true, true, false, false, false);
    assertThat(responses)
        .extracting(SyncAuthorizedEntriesResponse::getEntriesCount)
        .containsExactly(0, 0, 0, 1, 0);
  }

  @Test
  void synchronizationBeginsWithAMaskAndNoIds() {
    var stub = EntryGrpc.newStub(channel(test.agent(), test.clock));
    assertStatus(
        Status.Code.INVALID_ARGUMENT,
        stub::syncAuthorizedEntries,
        SyncAuthorizedEntriesRequest.newBuilder().addIds("x").build());
    assertStatus(
        Status.Code.INVALID_ARGUMENT,
        stub::syncAuthorizedEntries,
        SyncAuthorizedEntriesRequest.newBuilder()
            .setOutputMask(EntryMask.newBuilder().setSelectors(true))
            .build());
  }

  @Test
  void attestationBeginsWithItsParameters() {
    var stub = AgentGrpc.newStub(nobody());
    AttestAgentRequest answer =
        AttestAgentRequest.newBuilder().setChallengeResponse(ByteString.copyFromUtf8("x")).build();
    for (List<AttestAgentRequest> requests :
        List.of(
            List.<AttestAgentRequest>of(),
            List.of(answer),
            List.of(AttestAgentRequest.getDefaultInstance()))) {
      assertThatThrownBy(
              () ->
                  NodeApiWireTest.<AttestAgentRequest, AttestAgentResponse>exchange(
                      stub::attestAgent, true, requests))
          .satisfies(
              e ->
                  assertThat(Status.fromThrowable(e).getCode())
                      .isEqualTo(Status.Code.INVALID_ARGUMENT));
    }
  }

  @Test
  @DisplayName("Messages and batches have a limit")
  void tooMuchIsRefused() {
    TestAgent agent = test.agent();
    ManagedChannel channel = channel(agent, test.clock);
    NewX509SVIDParams params =
        NewX509SVIDParams.newBuilder()
            .setEntryId("x")
            .setCsr(ByteString.copyFrom(TestRequests.csr(TestRequests.keys())))
            .build();
    BatchNewX509SVIDRequest.Builder batch = BatchNewX509SVIDRequest.newBuilder();
    for (int i = 0; i < 500; i++) {
      batch.addParams(params);
    }
    assertThat(call(channel, SVIDGrpc.getBatchNewX509SVIDMethod(), batch.build()).getResultsCount())
        .isEqualTo(500);
    StatusRuntimeException e =
        failure(
            () ->
                call(
                    channel,
                    SVIDGrpc.getBatchNewX509SVIDMethod(),
                    batch.addParams(params).build()));
    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

    NewJWTSVIDRequest huge =
        NewJWTSVIDRequest.newBuilder().addAudience("x".repeat(5_000_000)).build();
    assertThat(failure(() -> call(channel, SVIDGrpc.getNewJWTSVIDMethod(), huge)).getStatus())
        .extracting(Status::getCode)
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }
}
