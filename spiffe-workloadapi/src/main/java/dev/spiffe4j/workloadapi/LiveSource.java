package dev.spiffe4j.workloadapi;

import dev.spiffe4j.SpiffeException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Something that keeps itself up to date, and says how that goes. Thread-safe. */
public interface LiveSource extends AutoCloseable {
  /**
   * Whether what it is for can be done now.
   *
   * @return true if there is something to serve that has not expired
   */
  boolean isReady();

  /**
   * Tells when there is a first snapshot of everything, for a source that did not wait for it.
   *
   * @return completed with nothing once, or with a {@link SpiffeException} if it will never be, and
   *     if the source is closed before
   */
  CompletableFuture<Void> whenReady();

  /**
   * What is wrong at the moment.
   *
   * @return the last problem, or nothing if the last message was good and the stream goes on
   */
  Optional<? extends SpiffeException> lastError();

  /**
   * What it has seen up to now.
   *
   * @return a snapshot
   */
  SourceStats stats();

  /** Ends what keeps it up to date, and what it has opened itself. Idempotent. */
  @Override
  void close();
}
