package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.WorkloadApiException;

/**
 * The stream of one call. What was not taken by a slow client yet is replaced by what is sent next,
 * so that nothing piles up. Thread-safe; calls never block and never throw.
 *
 * @param <T> what is sent, always whole and never a change
 */
public interface Updates<T> {
  /**
   * Sends the state of now.
   *
   * @param latest the state; the same instance as before is not sent again
   */
  void send(T latest);

  /**
   * Ends the stream.
   *
   * @param why what the client is told
   */
  void end(WorkloadApiException why);
}
