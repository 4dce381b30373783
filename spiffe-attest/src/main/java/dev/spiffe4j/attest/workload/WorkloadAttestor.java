package dev.spiffe4j.attest.workload;

import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.Selector;
import java.util.Set;

/**
 * Finds out facts about a process that asks for its identity. The process has no part in it: it
 * sends nothing, and nothing that it says counts. Implementations are thread-safe.
 */
public interface WorkloadAttestor {
  /**
   * The attestor's type, which is the type of all its selectors.
   *
   * @return such as {@code unix}
   */
  String type();

  /**
   * Finds out what is true of a process. The caller checks afterwards that the process still runs,
   * so that what was found is of this process and of no later one with its PID.
   *
   * @param process the process
   * @return the facts; none if this attestor has nothing to say about it
   * @throws AttestationException if the facts cannot be had, so that an answer would be incomplete
   */
  Set<Selector> attest(TrackedProcess process);
}
