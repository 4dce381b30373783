package dev.spiffe4j.attest.store;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.attest.AttestedNode;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Keeps attested nodes. Each method is one transaction. Implementations are thread-safe. */
public interface NodeStore {
  /**
   * Finds a node.
   *
   * @param agentId its agent
   * @return the node, or nothing if there is none
   */
  Optional<AttestedNode> find(SpiffeId agentId);

  /**
   * Lists nodes in the order of their agents' IDs.
   *
   * @param limit how many at most; at least one
   * @param after where to begin: {@link Page#next} of the page before, or empty
   * @return a page
   */
  Page<AttestedNode> list(int limit, String after);

  /**
   * Takes in a node that has attested, in place of what was there, unless that is banned.
   *
   * @param node the node
   * @return false if it is banned, and nothing was changed
   */
  boolean attest(AttestedNode node);

  /**
   * Changes a node.
   *
   * @param agentId its agent
   * @param change makes the new record of the old one, without side effects; the same one for no
   *     change
   * @return the new record, or nothing if there is none
   */
  Optional<AttestedNode> update(SpiffeId agentId, UnaryOperator<AttestedNode> change);

  /**
   * Forgets a node.
   *
   * @param agentId its agent
   * @return whether there was one
   */
  boolean delete(SpiffeId agentId);
}
