package dev.spiffe4j.workloadapi.server;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.util.concurrent.UncheckedExecutionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * Turns each snapshot into its message once, for all streams, and forgets the message with the
 * snapshot. Snapshots are told apart by identity. Thread-safe.
 */
final class Serialized<T> {
  private final Cache<T, byte[]> messages = CacheBuilder.newBuilder().weakKeys().build();
  private final Function<T, byte[]> serializer;

  Serialized(Function<T, byte[]> serializer) {
    this.serializer = serializer;
  }

  /** The message of a snapshot; not to be changed. */
  byte[] of(T snapshot) {
    try {
      return messages.get(snapshot, () -> serializer.apply(snapshot));
    } catch (ExecutionException e) {
      throw new AssertionError("serializers throw nothing checked", e);
    } catch (UncheckedExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
