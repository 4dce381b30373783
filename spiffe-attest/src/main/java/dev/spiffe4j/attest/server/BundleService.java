package dev.spiffe4j.attest.server;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.proto.bundle.BundleGrpc;
import dev.spiffe4j.attest.proto.bundle.GetBundleRequest;
import dev.spiffe4j.attest.proto.bundle.GetFederatedBundleRequest;
import dev.spiffe4j.attest.proto.types.Bundle;
import dev.spiffe4j.attest.wire.BundleMessages;
import dev.spiffe4j.attest.wire.Ids;
import io.grpc.stub.StreamObserver;

/** Bundles, on the wire. */
final class BundleService extends BundleGrpc.BundleImplBase {
  private final NodeCalls calls;

  BundleService(NodeCalls calls) {
    this.calls = calls;
  }

  @Override
  public void getBundle(GetBundleRequest request, StreamObserver<Bundle> responses) {
    Answers.answer(
        BundleGrpc.getGetBundleMethod(),
        responses,
        () ->
            BundleMessages.toMessage(
                calls.bundle(),
                request.hasOutputMask() ? request.getOutputMask() : BundleMessages.ALL));
  }

  @Override
  public void getFederatedBundle(
      GetFederatedBundleRequest request, StreamObserver<Bundle> responses) {
    Answers.answer(
        BundleGrpc.getGetFederatedBundleMethod(),
        responses,
        () -> {
          VerifiedPeer caller = Caller.current().peer();
          TrustDomain named = Ids.trustDomain(request.getTrustDomain());
          TrustBundle bundle =
              calls
                  .federatedBundle(caller, named)
                  .orElseThrow(() -> new NodeApiException(Reason.NOT_FOUND, "bundle not found"));
          return BundleMessages.toMessage(
              bundle, request.hasOutputMask() ? request.getOutputMask() : BundleMessages.ALL);
        });
  }
}
