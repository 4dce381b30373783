package dev.spiffe4j.workloadapi;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What happens after a future, with nobody there whom an exception could reach. */
final class Completion {
  private static final Logger LOGGER = System.getLogger(Completion.class.getName());

  private Completion() {}

  /** Calls the handler with the result or the failure. What the handler throws is logged. */
  static <T> void handle(
      CompletableFuture<T> future, BiConsumer<@Nullable T, @Nullable Throwable> handler) {
    var unused =
        future.whenComplete(
            (result, failure) -> {
              try {
                handler.accept(result, failure);
              } catch (RuntimeException | Error e) {
                LOGGER.log(Level.ERROR, "an answer was not processed", e);
              }
            });
  }

  /** Completes one future as another one was. */
  static <T> void pass(
      @Nullable T result, @Nullable Throwable failure, CompletableFuture<@Nullable T> to) {
    if (failure == null) {
      to.complete(result);
    } else {
      to.completeExceptionally(failure);
    }
  }
}
