package dev.spiffe4j.attest.server;

import com.google.protobuf.ByteString;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.AttestationException.Reason;
import dev.spiffe4j.attest.NodeApi.AgentSvid;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.proto.agent.AgentGrpc;
import dev.spiffe4j.attest.proto.agent.AttestAgentRequest;
import dev.spiffe4j.attest.proto.agent.AttestAgentResponse;
import dev.spiffe4j.attest.wire.SvidMessages;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One attestation on the wire. gRPC's thread hands over what the node sends; another thread does
 * the work, alone writes the answers, and waits, for a bounded time, for the node.
 */
final class AttestationStream implements StreamObserver<AttestAgentRequest> {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final NodeCalls calls;
  private final Executor executor;
  private final ServerCallStreamObserver<AttestAgentResponse> responses;

  /** What the node answered; empty if nothing more will come. */
  private final BlockingQueue<Optional<byte[]>> answers = new ArrayBlockingQueue<>(2);

  /** Only used by gRPC's thread. */
  private boolean begun;

  AttestationStream(
      NodeCalls calls, Executor executor, ServerCallStreamObserver<AttestAgentResponse> responses) {
    this.calls = calls;
    this.executor = executor;
    this.responses = responses;
    responses.setOnCancelHandler(this::end);
  }

  @Override
  public void onNext(AttestAgentRequest request) {
    if (begun) {
      if (request.hasChallengeResponse() && answers.isEmpty()) {
        answers.offer(Optional.of(request.getChallengeResponse().toByteArray()));
      } else {
        // Not an answer, or one to no question.
        end();
      }
      return;
    }
    begun = true;
    try {
      executor.execute(() -> attest(request));
    } catch (RejectedExecutionException e) {
      fail(
          new NodeApiException(
              NodeApiException.Reason.RESOURCE_EXHAUSTED, "too many attestations at once", e));
    }
  }

  @Override
  public void onError(Throwable cause) {
    end();
  }

  @Override
  public void onCompleted() {
    if (!begun) {
      begun = true;
      fail(invalid("no parameters"));
    }
    // Otherwise the node has said all: its last answer counts, and a further question has none.
    answers.offer(Optional.empty());
  }

  /** Nothing more will come, and nothing that came counts. */
  private void end() {
    answers.clear();
    answers.offer(Optional.empty());
  }

  private void attest(AttestAgentRequest request) {
    AttestAgentResponse.Result result;
    try {
      result = result(request);
    } catch (RuntimeException e) {
      fail(e);
      return;
    }
    responses.onNext(AttestAgentResponse.newBuilder().setResult(result).build());
    responses.onCompleted();
  }

  private AttestAgentResponse.Result result(AttestAgentRequest request) {
    AttestAgentRequest.Params params = request.getParams();
    if (!request.hasParams() || params.getData().getType().isEmpty()) {
      throw invalid("no attestation data");
    }
    String type = params.getData().getType();
    AgentAttestation.Attested attested =
        calls.attest(
            type,
            params.getData().getPayload().toByteArray(),
            challenge -> challenge(type, challenge),
            params.getParams().getCsr().toByteArray());
    AgentSvid svid = attested.svid();
    return AttestAgentResponse.Result.newBuilder()
        .setSvid(SvidMessages.toMessage(attested.agentId(), svid.chain()))
        .setReattestable(svid.reattestable())
        .build();
  }

  private byte[] challenge(String type, byte[] challenge) {
    responses.onNext(
        AttestAgentResponse.newBuilder().setChallenge(ByteString.copyFrom(challenge)).build());
    Optional<byte[]> answer = Optional.empty();
    try {
      Optional<byte[]> taken = answers.poll(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      if (taken != null) {
        answer = taken;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer.orElseThrow(
        () ->
            new AttestationException(
                Reason.EVIDENCE_REFUSED, type, "the node did not answer the challenge"));
  }

  private void fail(RuntimeException failure) {
    responses.onError(Answers.status(AgentGrpc.getAttestAgentMethod(), failure));
  }

  private static NodeApiException invalid(String message) {
    return new NodeApiException(NodeApiException.Reason.INVALID_ARGUMENT, message);
  }
}
