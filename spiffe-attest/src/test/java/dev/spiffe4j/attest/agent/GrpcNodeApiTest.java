package dev.spiffe4j.attest.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.spiffe4j.Authorizer;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.TestAgent;
import dev.spiffe4j.attest.TestRequests;
import dev.spiffe4j.attest.proto.agent.AgentGrpc;
import dev.spiffe4j.attest.proto.agent.AttestAgentRequest;
import dev.spiffe4j.attest.proto.agent.AttestAgentResponse;
import dev.spiffe4j.attest.proto.agent.RenewAgentRequest;
import dev.spiffe4j.attest.proto.agent.RenewAgentResponse;
import dev.spiffe4j.attest.proto.bundle.BundleGrpc;
import dev.spiffe4j.attest.proto.bundle.GetBundleRequest;
import dev.spiffe4j.attest.proto.bundle.GetFederatedBundleRequest;
import dev.spiffe4j.attest.proto.entry.EntryGrpc;
import dev.spiffe4j.attest.proto.entry.EntryRevision;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesRequest;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesResponse;
import dev.spiffe4j.attest.proto.svid.BatchNewX509SVIDRequest;
import dev.spiffe4j.attest.proto.svid.BatchNewX509SVIDResponse;
import dev.spiffe4j.attest.proto.svid.NewJWTSVIDRequest;
import dev.spiffe4j.attest.proto.svid.NewJWTSVIDResponse;
import dev.spiffe4j.attest.proto.svid.SVIDGrpc;
import dev.spiffe4j.attest.proto.types.Bundle;
import dev.spiffe4j.attest.proto.types.X509Certificate;
import dev.spiffe4j.attest.proto.types.X509SVID;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.ClientCertificate;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.grpc.SpiffeGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client against servers that are not what they should be. */
class GrpcNodeApiTest {
  private final TestTrustDomain trustDomain = TestTrustDomain.of("example.org");
  private final MutableX509Source agent =
      MutableX509Source.of(trustDomain.context(trustDomain.issue("/spire/agent/x/1")));
  private final Server server = startServer("/spire/server");
  private final GrpcNodeApi api = GrpcNodeApi.connect(address(), trustDomain.bundle());
  private final AgentApi agentApi = api.agentApi(agent);

  private Server startServer(String path) {
    MutableX509Source source = MutableX509Source.of(trustDomain.context(trustDomain.issue(path)));
    SpiffeTls tls =
        SpiffeTls.builder(source, Authorizer.anyAuthenticated())
            .clientCertificate(ClientCertificate.OPTIONAL)
            .build();
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .sslContext(SpiffeGrpc.serverSslContext(tls))
          .addService(new OddBundles())
          .addService(new OddEntries())
          .addService(new OddSvids())
          .addService(new OddAgents())
          .build()
          .start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
  }

  @AfterEach
  void close() {
    agentApi.close();
    api.close();
    server.shutdownNow();
  }

  private static void assertFails(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            NodeApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void onlyTheServersOwnIdIsAServer() {
    assertFails(Reason.INVALID_RESPONSE, api::bundle);
    Server workload = startServer("/web");
    InetSocketAddress other =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), workload.getPort());
    try (GrpcNodeApi api = GrpcNodeApi.connect(other, trustDomain.bundle())) {
      assertFails(Reason.UNTRUSTED_SERVER, api::bundle);
    } finally {
      workload.shutdownNow();
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsRefused() {
    TestTrustDomain impostor = TestTrustDomain.of("example.org");
    try (GrpcNodeApi api = GrpcNodeApi.connect(address(), impostor.bundle())) {
      assertFails(Reason.UNTRUSTED_SERVER, api::bundle);
      // An agent that knows better teaches the connection.
      try (AgentApi calls = api.agentApi(agent)) {
        assertFails(Reason.INVALID_RESPONSE, calls::bundle);
      }
      assertFails(Reason.INVALID_RESPONSE, api::bundle);
    }
  }

  @Test
  void aServerThatIsAwayIsUnavailable() throws Exception {
    server.shutdownNow().awaitTermination();
    assertFails(Reason.UNAVAILABLE, api::bundle);
    assertFails(Reason.UNAVAILABLE, agentApi::bundle);
  }

  @Test
  void bundlesOfOthersAreNotTaken() {
    assertFails(Reason.INVALID_RESPONSE, agentApi::bundle);
    assertFails(
        Reason.INVALID_RESPONSE,
        () -> agentApi.federatedBundle(TrustDomain.parse("foreign.example")));
    assertThat(agentApi.federatedBundle(TrustDomain.parse("none"))).isEmpty();
    assertFails(
        Reason.INVALID_RESPONSE, () -> agentApi.federatedBundle(TrustDomain.parse("broken")));
  }

  @Test
  void emptyPagesEnd() {
    assertFails(Reason.INVALID_RESPONSE, () -> agentApi.syncAuthorizedEntries(List.of()));
  }

  @Test
  void aServerThatDoesNotAnswerTimesOut() {
    try (GrpcNodeApi hasty =
            GrpcNodeApi.builder(address(), trustDomain.bundle())
                .timeout(Duration.ofMillis(500))
                .connect();
        AgentApi calls = hasty.agentApi(agent)) {
      assertFails(Reason.TIMED_OUT, () -> calls.newJwtSvid("x", List.of("a")));
      byte[] csr = TestRequests.csr(TestRequests.keys());
      assertFails(Reason.TIMED_OUT, () -> hasty.attestAgent(TestAgent.joinToken("x"), csr));
    }
  }

  @Test
  void answersThatAreNoneAreRefused() {
    assertFails(Reason.INVALID_RESPONSE, () -> agentApi.renewAgent(new byte[] {1}));
    assertFails(
        Reason.INVALID_RESPONSE,
        () -> agentApi.newX509Svids(List.of(AgentApi.X509SvidRequest.of("x", new byte[] {1}))));
  }

  @Test
  void anAgentWithoutAnSvidCallsNobody() {
    MutableX509Source source = MutableX509Source.of(trustDomain.context());
    try (AgentApi calls = api.agentApi(source)) {
      assertFails(Reason.UNAUTHENTICATED, calls::bundle);
      source.set(trustDomain.context(trustDomain.issue("/spire/agent/x/1")));
      assertFails(Reason.INVALID_RESPONSE, calls::bundle);
    }
  }

  private static final class OddBundles extends BundleGrpc.BundleImplBase {
    @Override
    public void getBundle(GetBundleRequest request, StreamObserver<Bundle> responses) {
      responses.onNext(Bundle.newBuilder().setTrustDomain("other.example").build());
      responses.onCompleted();
    }

    @Override
    public void getFederatedBundle(
        GetFederatedBundleRequest request, StreamObserver<Bundle> responses) {
      switch (request.getTrustDomain()) {
        case "none" -> responses.onError(Status.NOT_FOUND.asRuntimeException());
        case "broken" -> {
          responses.onNext(
              Bundle.newBuilder()
                  .setTrustDomain("broken")
                  .addX509Authorities(
                      X509Certificate.newBuilder().setAsn1(ByteString.copyFromUtf8("x")))
                  .build());
          responses.onCompleted();
        }
        default -> {
          // The agent's own, under which a foreign authority would speak for it.
          responses.onNext(Bundle.newBuilder().setTrustDomain("example.org").build());
          responses.onCompleted();
        }
      }
    }
  }

  private static final class OddEntries extends EntryGrpc.EntryImplBase {
    @Override
    public StreamObserver<SyncAuthorizedEntriesRequest> syncAuthorizedEntries(
        StreamObserver<SyncAuthorizedEntriesResponse> responses) {
      SyncAuthorizedEntriesResponse.Builder page =
          SyncAuthorizedEntriesResponse.newBuilder().setMore(true);
      responses.onNext(
          page.clone().addEntryRevisions(EntryRevision.newBuilder().setId("x")).build());
      responses.onNext(page.build());
      return new IgnoringObserver<>();
    }
  }

  private static final class OddSvids extends SVIDGrpc.SVIDImplBase {
    @Override
    public void batchNewX509SVID(
        BatchNewX509SVIDRequest request, StreamObserver<BatchNewX509SVIDResponse> responses) {
      responses.onNext(BatchNewX509SVIDResponse.getDefaultInstance());
      responses.onCompleted();
    }

    @Override
    public void newJWTSVID(
        NewJWTSVIDRequest request, StreamObserver<NewJWTSVIDResponse> responses) {
      // Never answers.
    }
  }

  private static final class OddAgents extends AgentGrpc.AgentImplBase {
    @Override
    public void renewAgent(
        RenewAgentRequest request, StreamObserver<RenewAgentResponse> responses) {
      responses.onNext(
          RenewAgentResponse.newBuilder().setSvid(X509SVID.getDefaultInstance()).build());
      responses.onCompleted();
    }

    @Override
    public StreamObserver<AttestAgentRequest> attestAgent(
        StreamObserver<AttestAgentResponse> responses) {
      return new IgnoringObserver<>();
    }
  }

  private static final class IgnoringObserver<T> implements StreamObserver<T> {
    @Override
    public void onNext(T message) {
      // Says nothing to it.
    }

    @Override
    public void onError(Throwable cause) {
      // The client went.
    }

    @Override
    public void onCompleted() {
      // Says nothing to it.
    }
  }
}
