package dev.spiffe4j.workloadapi.server;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts connections, so that one process cannot use up the descriptors of all others. Thread-safe.
 */
final class ConnectionLimits {
  private final int maxTotal;
  private final int maxPerProcess;
  private final Object lock = new Object();
  private final Map<Integer, Integer> perProcess = new HashMap<>();
  private int total;

  ConnectionLimits(int maxTotal, int maxPerProcess) {
    this.maxTotal = maxTotal;
    this.maxPerProcess = maxPerProcess;
  }

  /** Counts a connection, unless that would be one too many. */
  boolean tryAdd(int pid) {
    synchronized (lock) {
      int ofProcess = perProcess.getOrDefault(pid, 0);
      if (total == maxTotal || ofProcess == maxPerProcess) {
        return false;
      }
      total++;
      perProcess.put(pid, ofProcess + 1);
      return true;
    }
  }

  void remove(int pid) {
    synchronized (lock) {
      total--;
      perProcess.computeIfPresent(pid, (key, count) -> count == 1 ? null : count - 1);
    }
  }
}
