package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.store.NodeStore;
import dev.spiffe4j.attest.store.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The attested nodes of a server. Thread-safe. */
public final class Nodes {
  private static final int PAGE = 1000;

  private final NodeStore store;

  Nodes(NodeStore store) {
    this.store = store;
  }

  /**
   * Finds a node.
   *
   * @param agentId its agent
   * @return the node, or nothing if there is none
   */
  public Optional<AttestedNode> find(SpiffeId agentId) {
    return store.find(agentId);
  }

  /**
   * Lists all nodes.
   *
   * @return the nodes, in the order of their agents' IDs
   */
  public List<AttestedNode> list() {
    List<AttestedNode> all = new ArrayList<>();
    String after = "";
    do {
      Page<AttestedNode> page = store.list(PAGE, after);
      all.addAll(page.items());
      after = page.next();
    } while (!after.isEmpty());
    return List.copyOf(all);
  }

  /**
   * Shuts an agent out for good: its SVIDs stop to work and its node cannot attest again. What its
   * workloads have got ends by itself.
   *
   * @param agentId the agent
   * @return whether there is one
   */
  public boolean ban(SpiffeId agentId) {
    return store.update(agentId, AttestedNode::banned).isPresent();
  }

  /**
   * Forgets an agent: its SVIDs stop to work, and its node may attest again.
   *
   * @param agentId the agent
   * @return whether there was one
   */
  public boolean evict(SpiffeId agentId) {
    return store.delete(agentId);
  }
}
