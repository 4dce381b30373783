package dev.spiffe4j.workloadapi;

/**
 * Hears what a stream of a Workload API brings. Its methods are called one after the other, never
 * two at a time; what they throw is logged.
 *
 * @param <T> what the stream is about, always whole and never a change
 */
@FunctionalInterface
public interface Watcher<T> {
  /**
   * Something new. Who is slow hears of the newest only.
   *
   * @param latest the state of now, which replaces all that was before
   */
  void onUpdate(T latest);

  /**
   * Something is wrong. With {@link WorkloadApiException.Reason#NO_IDENTITY}, what came before is
   * not to be used any more.
   *
   * @param problem what, of several at one time the newest
   * @param isLast whether the watch has ended; otherwise it goes on by itself
   */
  default void onProblem(WorkloadApiException problem, boolean isLast) {}
}
