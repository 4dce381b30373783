package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.NodeApi.AgentSvid;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.authority.X509Authority;
import dev.spiffe4j.attest.node.NodeAttestation;
import dev.spiffe4j.attest.node.NodeAttestor;
import dev.spiffe4j.attest.store.NodeStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Makes nodes of evidence, and keeps their agents' SVIDs fresh. */
final class AgentAttestation {
  private static final Logger LOGGER = System.getLogger(AgentAttestation.class.getName());

  private final TrustDomain trustDomain;
  private final Map<String, NodeAttestor> attestors;
  private final NodeStore nodes;
  private final X509Authority authority;
  private final SigningRequests requests;
  private final Duration agentTtl;

  AgentAttestation(
      TrustDomain trustDomain,
      Map<String, NodeAttestor> attestors,
      NodeStore nodes,
      X509Authority authority,
      SigningRequests requests,
      Duration agentTtl) {
    this.trustDomain = trustDomain;
    this.attestors = Map.copyOf(attestors);
    this.nodes = nodes;
    this.authority = authority;
    this.requests = requests;
    this.agentTtl = agentTtl;
  }

  /** A node that has attested. */
  record Attested(SpiffeId agentId, AgentSvid svid) {}

  Attested attest(String type, byte[] payload, NodeAttestor.Challenger challenger, byte[] csr) {
    NodeAttestor attestor = attestors.get(type);
    if (attestor == null) {
      throw new AttestationException(
          AttestationException.Reason.UNKNOWN_ATTESTOR, type, "no such attestor here");
    }
    if (payload.length == 0) {
      throw new AttestationException(
          AttestationException.Reason.MALFORMED_EVIDENCE, type, "no evidence");
    }
    // Before the evidence, which a bad request must not use up.
    PublicKey key = requests.publicKey(csr);

    NodeAttestation attested = attestor.attest(payload, challenger);
    SpiffeId agentId = requireAgentId(attested.agentId(), type);
    requireNotBanned(nodes.find(agentId).map(AttestedNode::isBanned).orElse(false), type);

    List<X509Certificate> chain = authority.sign(agentId, List.of(), key, agentTtl);
    // An older SVID of the same agent stops to work with this.
    boolean accepted = nodes.attest(node(type, attested, chain.get(0)));
    requireNotBanned(!accepted, type);
    LOGGER.log(Level.INFO, "{0} attested a node", type);
    return new Attested(agentId, new AgentSvid(chain, attested.reattestable()));
  }

  private SpiffeId requireAgentId(SpiffeId agentId, String type) {
    SpiffeId below = SpiffeId.of(trustDomain, "spire", "agent", type);
    if (!agentId.toString().startsWith(below + "/")) {
      throw new NodeApiException(
          Reason.INTERNAL, "the attestor named " + agentId + " (expected: below " + below + ")");
    }
    return agentId;
  }

  private static void requireNotBanned(boolean banned, String type) {
    if (banned) {
      throw new AttestationException(
          AttestationException.Reason.BANNED, type, "the agent is banned");
    }
  }

  private static AttestedNode node(String type, NodeAttestation attested, X509Certificate leaf) {
    List<Selector> selectors =
        attested.selectorValues().stream().map(value -> new Selector(type, value)).toList();
    return AttestedNode.of(
        attested.agentId(), type, selectors, attested.reattestable(), record(leaf));
  }

  private static AttestedNode.Certificate record(X509Certificate leaf) {
    return new AttestedNode.Certificate(leaf.getSerialNumber(), leaf.getNotAfter().toInstant());
  }

  /** Renews the SVID of an agent that was checked. */
  List<X509Certificate> renew(VerifiedPeer agent, AttestedNode node, byte[] csr) {
    if (node.reattestable()) {
      throw new NodeApiException(Reason.AGENT_MUST_REATTEST, "the agent renews by attesting again");
    }
    PublicKey key = requests.publicKey(csr);
    List<X509Certificate> chain = authority.sign(node.agentId(), List.of(), key, agentTtl);

    BigInteger used = agent.chain().get(0).getSerialNumber();
    boolean stored =
        nodes
            .update(
                node.agentId(),
                has ->
                    AgentCheck.isCurrent(has, used) ? has.withPending(record(chain.get(0))) : has)
            .filter(has -> AgentCheck.isCurrent(has, used))
            .isPresent();
    if (!stored) {
      throw new NodeApiException(
          Reason.AGENT_NOT_ACTIVE, "the agent's SVID was replaced meanwhile");
    }
    return chain;
  }
}
