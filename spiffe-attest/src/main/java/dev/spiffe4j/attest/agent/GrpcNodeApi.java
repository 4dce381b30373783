package dev.spiffe4j.attest.agent;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.node.NodeAttestationClient;
import dev.spiffe4j.attest.proto.agent.AgentGrpc;
import dev.spiffe4j.attest.proto.agent.AgentX509SVIDParams;
import dev.spiffe4j.attest.proto.agent.AttestAgentRequest;
import dev.spiffe4j.attest.proto.agent.AttestAgentResponse;
import dev.spiffe4j.attest.proto.types.AttestationData;
import dev.spiffe4j.attest.wire.SvidMessages;
import io.grpc.StatusRuntimeException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The node API of a server elsewhere, over gRPC and TLS: of this library's server, or of SPIRE's.
 *
 * <p>The server must present the SVID {@code spiffe://<trust domain>/spire/server}; its host name
 * proves nothing. It is verified by the bundle that this object was made with, until an agent that
 * uses it has got a newer one. Connections are made by the first call that needs one. Thread-safe.
 */
public final class GrpcNodeApi implements NodeApi {
  private final TrustDomain trustDomain;
  private final ServerConnection.Target target;
  private final ServerConnection anonymous;
  private volatile X509Context trust;

  private GrpcNodeApi(Builder builder) {
    this.trustDomain = builder.bootstrap.trustDomain();
    this.trust = X509Context.of(List.of(), List.of(builder.bootstrap));
    SpiffeId serverId = SpiffeId.of(trustDomain, "spire", "server");
    this.target =
        new ServerConnection.Target(builder.server, serverId, builder.clock, builder.timeout);
    this.anonymous = new ServerConnection(target, () -> trust);
  }

  /**
   * Connects to a server, with the defaults of {@link #builder}.
   *
   * @param server the server's address, which need not be resolved
   * @param bootstrap what the server is verified by at first; its trust domain is the server's
   * @return the API
   */
  public static GrpcNodeApi connect(InetSocketAddress server, X509Bundle bootstrap) {
    return builder(server, bootstrap).connect();
  }

  /**
   * Begins a connection.
   *
   * @param server the server's address, which need not be resolved
   * @param bootstrap what the server is verified by at first; its trust domain is the server's
   * @return a builder
   */
  public static Builder builder(InetSocketAddress server, X509Bundle bootstrap) {
    return new Builder(requireNonNull(server, "server"), requireNonNull(bootstrap, "bootstrap"));
  }

  @Override
  public TrustDomain trustDomain() {
    return trustDomain;
  }

  @Override
  public AgentSvid attestAgent(NodeAttestationClient attestor, byte[] csr) {
    AttestAgentRequest first = firstRequest(attestor, csr);
    try (BidiCall<AttestAgentRequest, AttestAgentResponse> call =
        anonymous.open(AgentGrpc.getAttestAgentMethod())) {
      call.send(first);
      AttestAgentResponse response = call.receive();
      while (response.hasChallenge()) {
        call.send(answer(attestor, response.getChallenge()));
        response = call.receive();
      }
      AgentSvid svid = ServerConnection.read(response, GrpcNodeApi::agentSvid);
      call.finish();
      return svid;
    } catch (StatusRuntimeException e) {
      throw anonymous.attestationFailure(e, attestor.type());
    }
  }

  private static AttestAgentRequest firstRequest(NodeAttestationClient attestor, byte[] csr) {
    AttestationData data =
        AttestationData.newBuilder()
            .setType(attestor.type())
            .setPayload(ByteString.copyFrom(attestor.payload()))
            .build();
    AgentX509SVIDParams params =
        AgentX509SVIDParams.newBuilder().setCsr(ByteString.copyFrom(csr)).build();
    return AttestAgentRequest.newBuilder()
        .setParams(AttestAgentRequest.Params.newBuilder().setData(data).setParams(params))
        .build();
  }

  private static AttestAgentRequest answer(NodeAttestationClient attestor, ByteString challenge) {
    return AttestAgentRequest.newBuilder()
        .setChallengeResponse(ByteString.copyFrom(attestor.answer(challenge.toByteArray())))
        .build();
  }

  private static AgentSvid agentSvid(AttestAgentResponse response) {
    if (!response.hasResult()) {
      throw new NodeApiException(Reason.INVALID_RESPONSE, "neither a challenge nor a result");
    }
    AttestAgentResponse.Result result = response.getResult();
    return new AgentSvid(SvidMessages.chain(result.getSvid()), result.getReattestable());
  }

  @Override
  public TrustBundle bundle() {
    return GrpcAgentApi.bundle(anonymous, trustDomain);
  }

  @Override
  public AgentApi agentApi(X509ContextSource agent) {
    return new GrpcAgentApi(this, target, requireNonNull(agent, "agent"));
  }

  /** Goes by what an agent trusts: it may have seen authorities that the bootstrap bundle lacks. */
  void trust(X509Bundle bundle) {
    if (!trust.x509Bundle(trustDomain).filter(bundle::equals).isPresent()) {
      trust = X509Context.of(List.of(), List.of(bundle));
    }
  }

  @Override
  public void close() {
    anonymous.close();
  }

  /** Options of a {@link GrpcNodeApi}. Not thread-safe. */
  public static final class Builder {
    private final InetSocketAddress server;
    private final X509Bundle bootstrap;
    private InstantSource clock = InstantSource.system();
    private Duration timeout = Duration.ofSeconds(30);

    private Builder(InetSocketAddress server, X509Bundle bootstrap) {
      this.server = server;
      this.bootstrap = bootstrap;
    }

    /**
     * What tells whether the server's SVID has expired; the system's clock unless set.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * How long to wait for each answer of the server; 30 seconds unless set.
     *
     * @param timeout more than zero
     * @return this builder
     */
    public Builder timeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
      }
      this.timeout = timeout;
      return this;
    }

    /**
     * Makes the API. The server need not be there yet.
     *
     * @return the API, to be closed by the caller
     */
    public GrpcNodeApi connect() {
      return new GrpcNodeApi(this);
    }
  }
}
