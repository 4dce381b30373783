package dev.spiffe4j.attest.agent;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.AttestationException.Reason;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.workload.TrackedProcess;
import dev.spiffe4j.attest.workload.WorkloadAttestor;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.server.Caller;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out all selectors of a caller. If one attestor fails the whole fails: selectors that are
 * not complete would give a caller fewer identities than it has, and it would take that for true.
 */
final class CallerAttestor {
  private static final Logger LOGGER = System.getLogger(CallerAttestor.class.getName());

  private final List<WorkloadAttestor> attestors;

  CallerAttestor(List<WorkloadAttestor> attestors) {
    this.attestors = List.copyOf(attestors);
  }

  Set<Selector> attest(Caller caller) {
    if (!(caller instanceof TrackedProcess process)) {
      throw Served.unavailable("the caller is not tracked");
    }
    Set<Selector> selectors = new HashSet<>();
    for (WorkloadAttestor attestor : attestors) {
      selectors.addAll(attest(attestor, process));
    }
    // EP-38: what was found is of this process only if it is still there.
    if (!process.isAlive()) {
      throw new WorkloadApiException(
          WorkloadApiException.Reason.CALLER_GONE, "the caller has ended");
    }
    return selectors;
  }

  private static Set<Selector> attest(WorkloadAttestor attestor, TrackedProcess process) {
    try {
      Set<Selector> selectors = attestor.attest(process);
      requireOwnType(attestor, selectors);
      return selectors;
    } catch (RuntimeException e) {
      LOGGER.log(logLevel(e), "attestor " + attestor.type() + " failed for " + process, e);
      throw new WorkloadApiException(
          WorkloadApiException.Reason.UNAVAILABLE, "workload attestation failed", e);
    }
  }

  /** An attestor must not speak for another one. */
  private static void requireOwnType(WorkloadAttestor attestor, Set<Selector> selectors) {
    for (Selector selector : selectors) {
      if (!selector.type().equals(attestor.type())) {
        throw new AttestationException(
            Reason.MALFORMED_EVIDENCE,
            attestor.type(),
            "selector of type " + selector.type() + " from attestor " + attestor.type());
      }
    }
  }

  /** Callers come and go, and can make attestation fail as often as they like. */
  private static Level logLevel(RuntimeException failure) {
    return failure instanceof SpiffeException ? Level.DEBUG : Level.WARNING;
  }
}
