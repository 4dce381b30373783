package dev.spiffe4j.attest.agent;

import com.google.protobuf.ByteString;
import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.proto.agent.AgentGrpc;
import dev.spiffe4j.attest.proto.agent.AgentX509SVIDParams;
import dev.spiffe4j.attest.proto.agent.RenewAgentRequest;
import dev.spiffe4j.attest.proto.bundle.BundleGrpc;
import dev.spiffe4j.attest.proto.bundle.GetBundleRequest;
import dev.spiffe4j.attest.proto.bundle.GetFederatedBundleRequest;
import dev.spiffe4j.attest.proto.svid.BatchNewX509SVIDRequest;
import dev.spiffe4j.attest.proto.svid.BatchNewX509SVIDResponse;
import dev.spiffe4j.attest.proto.svid.NewJWTSVIDRequest;
import dev.spiffe4j.attest.proto.svid.NewX509SVIDParams;
import dev.spiffe4j.attest.proto.svid.SVIDGrpc;
import dev.spiffe4j.attest.wire.BundleMessages;
import dev.spiffe4j.attest.wire.NodeApiStatus;
import dev.spiffe4j.attest.wire.SvidMessages;
import dev.spiffe4j.jwt.JwtSvid;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of an agent over gRPC. It connects anew when the agent's SVID is another. */
final class GrpcAgentApi implements AgentApi {
  private static final int MAX_BATCH = 500;

  private final GrpcNodeApi owner;
  private final ServerConnection.Target target;
  private final X509ContextSource agent;
  private final Object lock = new Object();

  /** The connection of now, and the SVID that it was made with; guarded by the lock. */
  private @Nullable ServerConnection connection;

  private @Nullable X509Certificate presented;
  private boolean closed;

  GrpcAgentApi(GrpcNodeApi owner, ServerConnection.Target target, X509ContextSource agent) {
    this.owner = owner;
    this.target = target;
    this.agent = agent;
  }

  /** The connection for the SVID of now: a server sees what was presented when it was made. */
  private ServerConnection connection() {
    X509Svid svid = svid();
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("the API is closed");
      }
      if (connection == null || !svid.leaf().equals(presented)) {
        if (connection != null) {
          connection.retire();
        }
        connection = new ServerConnection(target, agent);
        presented = svid.leaf();
      }
      return connection;
    }
  }

  private X509Svid svid() {
    X509Context context;
    X509Svid svid;
    try {
      context = agent.x509Context();
      svid = context.x509Svid();
    } catch (SpiffeException e) {
      throw new NodeApiException(Reason.UNAUTHENTICATED, "there is no agent SVID to present", e);
    }
    if (target.clock().instant().isAfter(svid.expiresAt())) {
      throw new NodeApiException(Reason.AGENT_EXPIRED, "the agent's SVID has expired");
    }
    context.x509Bundle(owner.trustDomain()).ifPresent(owner::trust);
    return svid;
  }

  @Override
  public List<X509Certificate> renewAgent(byte[] csr) {
    RenewAgentRequest request =
        RenewAgentRequest.newBuilder()
            .setParams(AgentX509SVIDParams.newBuilder().setCsr(ByteString.copyFrom(csr)))
            .build();
    return connection()
        .call(
            AgentGrpc.getRenewAgentMethod(),
            request,
            response -> SvidMessages.chain(response.getSvid()));
  }

  @Override
  public List<RegistrationEntry> syncAuthorizedEntries(Collection<RegistrationEntry> known) {
    return EntrySync.run(connection(), known);
  }

  @Override
  public List<X509SvidResult> newX509Svids(List<X509SvidRequest> requests) {
    if (requests.size() > MAX_BATCH) {
      throw new IllegalArgumentException(
          "requests: " + requests.size() + " (expected: <= " + MAX_BATCH + ")");
    }
    BatchNewX509SVIDRequest.Builder message = BatchNewX509SVIDRequest.newBuilder();
    for (X509SvidRequest request : requests) {
      message.addParams(
          NewX509SVIDParams.newBuilder()
              .setEntryId(request.entryId())
              .setCsr(ByteString.copyFrom(request.csr())));
    }
    return connection()
        .call(
            SVIDGrpc.getBatchNewX509SVIDMethod(),
            message.build(),
            response -> results(response, requests.size()));
  }

  private static List<X509SvidResult> results(BatchNewX509SVIDResponse response, int expected) {
    if (response.getResultsCount() != expected) {
      throw new NodeApiException(
          Reason.INVALID_RESPONSE,
          response.getResultsCount() + " results (expected: " + expected + ")");
    }
    return response.getResultsList().stream().map(GrpcAgentApi::result).toList();
  }

  private static X509SvidResult result(BatchNewX509SVIDResponse.Result result) {
    Status status = Status.fromCodeValue(result.getStatus().getCode());
    return status.isOk()
        ? new X509SvidResult(SvidMessages.chain(result.getSvid()), null)
        : new X509SvidResult(
            List.of(),
            NodeApiStatus.failure(
                status.withDescription(result.getStatus().getMessage()).asRuntimeException()));
  }

  @Override
  public JwtSvid newJwtSvid(String entryId, List<String> audience) {
    NewJWTSVIDRequest request =
        NewJWTSVIDRequest.newBuilder().setEntryId(entryId).addAllAudience(audience).build();
    return connection()
        .call(
            SVIDGrpc.getNewJWTSVIDMethod(),
            request,
            response -> SvidMessages.jwtSvid(response.getSvid()));
  }

  @Override
  public TrustBundle bundle() {
    return bundle(connection(), owner.trustDomain());
  }

  static TrustBundle bundle(ServerConnection connection, TrustDomain trustDomain) {
    GetBundleRequest request =
        GetBundleRequest.newBuilder().setOutputMask(BundleMessages.ALL).build();
    return requireOf(
        trustDomain,
        connection.call(BundleGrpc.getGetBundleMethod(), request, BundleMessages::bundle));
  }

  @Override
  public Optional<TrustBundle> federatedBundle(TrustDomain trustDomain) {
    GetFederatedBundleRequest request =
        GetFederatedBundleRequest.newBuilder()
            .setTrustDomain(trustDomain.name())
            .setOutputMask(BundleMessages.ALL)
            .build();
    try {
      return Optional.of(
          requireOf(
              trustDomain,
              connection()
                  .call(
                      BundleGrpc.getGetFederatedBundleMethod(), request, BundleMessages::bundle)));
    } catch (NodeApiException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** A bundle under another name would let one trust domain speak for another. */
  private static TrustBundle requireOf(TrustDomain trustDomain, TrustBundle bundle) {
    if (!bundle.trustDomain().equals(trustDomain)) {
      throw new NodeApiException(
          Reason.INVALID_RESPONSE,
          "bundle of " + bundle.trustDomain() + " (expected: " + trustDomain + ")");
    }
    return bundle;
  }

  @Override
  public void close() {
    ServerConnection last;
    synchronized (lock) {
      closed = true;
      last = connection;
      connection = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
