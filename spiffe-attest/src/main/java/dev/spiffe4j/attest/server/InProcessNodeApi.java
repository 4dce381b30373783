package dev.spiffe4j.attest.server;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.node.NodeAttestationClient;

/** The node API without a socket. */
final class InProcessNodeApi implements NodeApi {
  private final NodeCalls calls;
  private final X509SvidVerifier verifier;

  /**
   * Makes the API.
   *
   * @param verifier verifies agents by the own trust domain's bundle
   */
  InProcessNodeApi(NodeCalls calls, X509SvidVerifier verifier) {
    this.calls = calls;
    this.verifier = verifier;
  }

  @Override
  public TrustDomain trustDomain() {
    return calls.trustDomain();
  }

  @Override
  public AgentSvid attestAgent(NodeAttestationClient attestor, byte[] csr) {
    return calls.attest(attestor.type(), attestor.payload(), attestor::answer, csr).svid();
  }

  @Override
  public TrustBundle bundle() {
    return calls.bundle();
  }

  @Override
  public AgentApi agentApi(X509ContextSource agent) {
    return new InProcessAgentApi(calls, verifier, requireNonNull(agent, "agent"));
  }

  @Override
  public void close() {
    // The server is not this object's.
  }
}
