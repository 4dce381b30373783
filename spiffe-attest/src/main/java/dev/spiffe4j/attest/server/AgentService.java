package dev.spiffe4j.attest.server;

import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.attest.proto.agent.AgentGrpc;
import dev.spiffe4j.attest.proto.agent.AttestAgentRequest;
import dev.spiffe4j.attest.proto.agent.AttestAgentResponse;
import dev.spiffe4j.attest.proto.agent.PostStatusRequest;
import dev.spiffe4j.attest.proto.agent.PostStatusResponse;
import dev.spiffe4j.attest.proto.agent.RenewAgentRequest;
import dev.spiffe4j.attest.proto.agent.RenewAgentResponse;
import dev.spiffe4j.attest.wire.SvidMessages;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;

/** Attestation and renewal of agents, on the wire. */
final class AgentService extends AgentGrpc.AgentImplBase {
  private final NodeCalls calls;
  private final Executor attestations;

  /**
   * Makes the service.
   *
   * @param attestations runs attestations, which wait for answers; refuses when there are too many
   */
  AgentService(NodeCalls calls, Executor attestations) {
    this.calls = calls;
    this.attestations = attestations;
  }

  @Override
  public StreamObserver<AttestAgentRequest> attestAgent(
      StreamObserver<AttestAgentResponse> responses) {
    return new AttestationStream(
        calls, attestations, (ServerCallStreamObserver<AttestAgentResponse>) responses);
  }

  @Override
  public void renewAgent(RenewAgentRequest request, StreamObserver<RenewAgentResponse> responses) {
    Answers.answer(
        AgentGrpc.getRenewAgentMethod(),
        responses,
        () -> {
          VerifiedPeer caller = Caller.current().peer();
          List<X509Certificate> chain =
              calls.renew(caller, request.getParams().getCsr().toByteArray());
          return RenewAgentResponse.newBuilder()
              .setSvid(SvidMessages.toMessage(caller.spiffeId(), chain))
              .build();
        });
  }

  @Override
  public void postStatus(PostStatusRequest request, StreamObserver<PostStatusResponse> responses) {
    Answers.answer(
        AgentGrpc.getPostStatusMethod(),
        responses,
        () -> {
          calls.postStatus(Caller.current().peer());
          return PostStatusResponse.getDefaultInstance();
        });
  }
}
