package dev.spiffe4j.attest.agent;

import java.time.Instant;

/**
 * How an agent is.
 *
 * @param state whether it serves
 * @param serverReachable whether the last attempt to talk to the server succeeded; if not, what is
 *     held and has not expired is served on
 * @param lastSync when entries and bundles were last those of the server
 * @param entries how many entries it serves
 * @param x509Svids how many X.509-SVIDs it holds
 * @param jwtSvids how many JWT-SVIDs it holds
 * @param streams how many calls wait for updates
 */
public record AgentHealth(
    State state,
    boolean serverReachable,
    Instant lastSync,
    int entries,
    int x509Svids,
    int jwtSvids,
    int streams) {

  /** Whether an agent serves. */
  public enum State {
    /** It serves. */
    RUNNING,
    /**
     * The server does not take it as an agent any more, and it cannot attest again by itself. It
     * holds nothing, and its callers are told that it is unavailable.
     */
    STOPPED,
    /** The server has banned it. It holds nothing, and its callers have lost their identities. */
    BANNED,
    /** It was closed. */
    CLOSED
  }

  /**
   * Whether it serves, and what it serves is as the server wants it.
   *
   * @return true if it runs and reaches the server
   */
  public boolean isHealthy() {
    return state == State.RUNNING && serverReachable;
  }
}
