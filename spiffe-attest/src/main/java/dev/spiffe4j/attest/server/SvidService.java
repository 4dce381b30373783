package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.attest.AgentApi.X509SvidRequest;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.proto.svid.BatchNewX509SVIDRequest;
import dev.spiffe4j.attest.proto.svid.BatchNewX509SVIDResponse;
import dev.spiffe4j.attest.proto.svid.NewJWTSVIDRequest;
import dev.spiffe4j.attest.proto.svid.NewJWTSVIDResponse;
import dev.spiffe4j.attest.proto.svid.SVIDGrpc;
import dev.spiffe4j.attest.proto.types.Status;
import dev.spiffe4j.attest.server.SvidIssuer.Issued;
import dev.spiffe4j.attest.wire.NodeApiStatus;
import dev.spiffe4j.attest.wire.SvidMessages;
import dev.spiffe4j.jwt.JwtSvid;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Signing of workloads' SVIDs, on the wire. */
final class SvidService extends SVIDGrpc.SVIDImplBase {
  private final NodeCalls calls;

  SvidService(NodeCalls calls) {
    this.calls = calls;
  }

  @Override
  public void batchNewX509SVID(
      BatchNewX509SVIDRequest request, StreamObserver<BatchNewX509SVIDResponse> responses) {
    Answers.answer(
        SVIDGrpc.getBatchNewX509SVIDMethod(),
        responses,
        () -> {
          VerifiedPeer caller = Caller.current().peer();
          List<X509SvidRequest> requests =
              request.getParamsList().stream()
                  .map(one -> X509SvidRequest.of(one.getEntryId(), one.getCsr().toByteArray()))
                  .toList();
          BatchNewX509SVIDResponse.Builder response = BatchNewX509SVIDResponse.newBuilder();
          calls
              .newX509Svids(caller, requests)
              .forEach(issued -> response.addResults(toMessage(issued)));
          return response.build();
        });
  }

  private static BatchNewX509SVIDResponse.Result toMessage(Issued issued) {
    NodeApiException failure = issued.result().failure();
    SpiffeId id = issued.spiffeId();
    if (failure == null && id != null) {
      return BatchNewX509SVIDResponse.Result.newBuilder()
          .setStatus(Status.newBuilder().setMessage("OK"))
          .setSvid(SvidMessages.toMessage(id, issued.result().chain()))
          .build();
    }
    Reason reason = failure == null ? Reason.INTERNAL : failure.reason();
    String message = failure == null ? "" : String.valueOf(failure.getMessage());
    return BatchNewX509SVIDResponse.Result.newBuilder()
        .setStatus(
            Status.newBuilder().setCode(NodeApiStatus.code(reason).value()).setMessage(message))
        .build();
  }

  @Override
  public void newJWTSVID(NewJWTSVIDRequest request, StreamObserver<NewJWTSVIDResponse> responses) {
    Answers.answer(
        SVIDGrpc.getNewJWTSVIDMethod(),
        responses,
        () -> {
          JwtSvid svid =
              calls.newJwtSvid(
                  Caller.current().peer(), request.getEntryId(), request.getAudienceList());
          return NewJWTSVIDResponse.newBuilder().setSvid(SvidMessages.toMessage(svid)).build();
        });
  }
}
