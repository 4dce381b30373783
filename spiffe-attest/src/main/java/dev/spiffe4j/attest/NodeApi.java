package dev.spiffe4j.attest;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.attest.node.NodeAttestationClient;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a node may ask of an identity server: over SPIRE's node API, or in the same process without
 * a socket. Calls block, each with a timeout of its own. Implementations are thread-safe.
 */
public interface NodeApi extends AutoCloseable {
  /**
   * The server's trust domain.
   *
   * @return the trust domain
   */
  TrustDomain trustDomain();

  /**
   * Attests the node and gets its agent's first SVID ({@code AttestAgent}).
   *
   * @param attestor what proves the node
   * @param csr a PKCS#10 request in DER; only its public key counts
   * @return the agent's SVID
   * @throws AttestationException if the server does not accept the proof
   * @throws NodeApiException if the call fails otherwise
   */
  AgentSvid attestAgent(NodeAttestationClient attestor, byte[] csr);

  /**
   * Gets the trust domain's bundle ({@code GetBundle}).
   *
   * @return the bundle
   * @throws NodeApiException if the call fails
   */
  TrustBundle bundle();

  /**
   * The calls of an agent that is attested.
   *
   * @param agent the agent's SVID and the bundle to verify the server with; read at each call
   * @return the calls, to be closed by the caller
   */
  AgentApi agentApi(X509ContextSource agent);

  /** Ends what this object opened, and nothing else. */
  @Override
  void close();

  /**
   * An agent's SVID as the server signed it.
   *
   * @param chain the certificates, leaf first
   * @param reattestable whether the node may attest again with the same proof
   */
  record AgentSvid(List<X509Certificate> chain, boolean reattestable) {
    /**
     * Makes a value of a copy.
     *
     * @param chain the certificates, leaf first
     * @param reattestable whether the node may attest again with the same proof
     */
    public AgentSvid {
      chain = List.copyOf(chain);
    }
  }
}
