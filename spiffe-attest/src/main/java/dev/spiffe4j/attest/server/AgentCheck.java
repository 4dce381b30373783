package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.store.NodeStore;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Decides whether a peer with a proven identity is an agent that may call, each time by the node's
 * record of now. The order of the checks, and the reasons, are SPIRE's: agents act on them.
 */
final class AgentCheck {
  private final TrustDomain trustDomain;
  private final NodeStore nodes;
  private final InstantSource clock;

  AgentCheck(TrustDomain trustDomain, NodeStore nodes, InstantSource clock) {
    this.trustDomain = trustDomain;
    this.nodes = nodes;
    this.clock = clock;
  }

  /** The agent's node, or {@link NodeApiException}. */
  AttestedNode check(VerifiedPeer peer) {
    SpiffeId id = peer.spiffeId();
    if (!id.isMemberOf(trustDomain) || !WellKnownIds.isAgent(id)) {
      throw new NodeApiException(Reason.PERMISSION_DENIED, "the caller is not an agent");
    }
    X509Certificate leaf = peer.chain().get(0);
    if (clock.instant().isAfter(leaf.getNotAfter().toInstant())) {
      throw new NodeApiException(Reason.AGENT_EXPIRED, "the agent's SVID has expired");
    }
    AttestedNode node = requireAttested(nodes.find(id));
    BigInteger serial = leaf.getSerialNumber();
    return isPending(node, serial) ? promote(id, serial) : requireCurrent(node, serial);
  }

  private static AttestedNode requireAttested(Optional<AttestedNode> node) {
    return node.orElseThrow(
        () -> new NodeApiException(Reason.AGENT_NOT_ATTESTED, "the agent is not attested"));
  }

  private static boolean isPending(AttestedNode node, BigInteger serial) {
    return node.pending().map(has -> has.serialNumber().equals(serial)).orElse(false);
  }

  /** The first use of a renewed SVID ends the old one. */
  private AttestedNode promote(SpiffeId id, BigInteger serial) {
    Optional<AttestedNode> promoted =
        nodes.update(id, node -> isPending(node, serial) ? node.withPendingPromoted() : node);
    // A ban or another promotion may have come in between.
    return requireCurrent(requireAttested(promoted), serial);
  }

  private static AttestedNode requireCurrent(AttestedNode node, BigInteger serial) {
    if (node.isBanned()) {
      throw new NodeApiException(Reason.AGENT_BANNED, "the agent is banned");
    }
    if (!isCurrent(node, serial)) {
      throw new NodeApiException(
          Reason.AGENT_NOT_ACTIVE, "the agent's SVID was replaced by another");
    }
    return node;
  }

  static boolean isCurrent(AttestedNode node, BigInteger serial) {
    return node.current().map(has -> has.serialNumber().equals(serial)).orElse(false);
  }
}
