package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.WorkloadApiException;

/**
 * Takes hold of the process behind a new connection, before any call of it is looked at.
 * Implementations are thread-safe, and quick: other connections wait meanwhile.
 */
@FunctionalInterface
public interface CallerTracker {
  /**
   * Takes hold of a process.
   *
   * @param peer what the kernel says of it
   * @return the process
   * @throws WorkloadApiException if it cannot be held; the connection is closed then
   */
  Caller track(PeerCredentials peer);
}
