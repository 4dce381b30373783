package dev.spiffe4j.attest.node;

import dev.spiffe4j.SpiffeId;
import java.util.List;

/**
 * Which node the evidence proves.
 *
 * @param agentId the SPIFFE ID of its agent, below {@code /spire/agent/}
 * @param selectorValues what was found out about the node; the type is the attestor's
 * @param reattestable whether the same evidence can be given again
 */
public record NodeAttestation(SpiffeId agentId, List<String> selectorValues, boolean reattestable) {
  /**
   * Makes a value of a copy.
   *
   * @param agentId the SPIFFE ID of its agent, below {@code /spire/agent/}
   * @param selectorValues what was found out about the node; the type is the attestor's
   * @param reattestable whether the same evidence can be given again
   */
  public NodeAttestation {
    selectorValues = List.copyOf(selectorValues);
  }
}
