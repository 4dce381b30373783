package dev.spiffe4j.workloadapi.http2;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One request message, and the messages of its answer. Thread-safe.
 *
 * @param <R> the type of the messages
 */
public interface Call<R> {
  /** Begins it; to be called once. */
  void start(Listener<R> listener);

  /**
   * Ends it, unless it has ended. No message is delivered any more, but for one that is just being
   * delivered.
   *
   * @param why for the status that the listener gets
   * @param cause of it, if there is one
   */
  void cancel(String why, @Nullable Throwable cause);

  /**
   * Hears how a call goes, on the executor of the call. A message is read only when the last one
   * was taken, so that a server cannot fill the memory of a slow listener.
   *
   * @param <R> the type of the messages
   */
  interface Listener<R> {
    /** A message. What this throws ends the call. */
    void onMessage(R message);

    /** The end: once, and nothing after it. */
    void onClose(Status status);
  }
}
