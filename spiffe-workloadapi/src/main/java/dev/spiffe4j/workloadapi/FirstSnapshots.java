package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Waits for the first snapshot of each of several streams. */
final class FirstSnapshots {
  private final List<CompletableFuture<?>> expected = new ArrayList<>();
  private final CompletableFuture<Void> all = new CompletableFuture<>();
  private final Object lock = new Object();
  private int done;
  private int missing;

  /** The server must have it. */
  void require(CompletableFuture<?> first) {
    expected.add(first);
    Completion.handle(first, (snapshot, failure) -> onDone(failure, false));
  }

  /** The server need not have it, as long as it has something. */
  void want(CompletableFuture<?> first) {
    expected.add(first);
    Completion.handle(first, (snapshot, failure) -> onDone(failure, true));
  }

  private void onDone(@Nullable Throwable failure, boolean isOptional) {
    boolean isMissing = isOptional && failure instanceof WorkloadApiException e && isMissing(e);
    if (failure != null && !isMissing) {
      all.completeExceptionally(failure);
      return;
    }
    boolean isLast;
    synchronized (lock) {
      done++;
      missing += isMissing ? 1 : 0;
      isLast = done == expected.size();
    }
    if (isLast && missing < expected.size()) {
      all.complete(null);
    } else if (isLast && failure != null) {
      all.completeExceptionally(failure);
    }
  }

  /** Whether it says that a server does not have something that it need not have. */
  static boolean isMissing(WorkloadApiException error) {
    return error.reason() == Reason.UNIMPLEMENTED;
  }

  CompletableFuture<Void> all() {
    return all;
  }

  void close() {
    all.completeExceptionally(
        new WorkloadApiException(Reason.CLOSED, "the source was closed before it was ready"));
  }
}
