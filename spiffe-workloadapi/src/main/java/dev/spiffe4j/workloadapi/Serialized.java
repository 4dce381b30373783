package dev.spiffe4j.workloadapi;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.util.concurrent.UncheckedExecutionException;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * Turns each snapshot into its message once, for all streams, and forgets the message with the
 * snapshot. Snapshots are told apart by identity. Thread-safe.
 */
final class Serialized<T> {
  /** Passes on what is a message already. */
  static final Marshaller<byte[]> MARSHALLER = new BytesMarshaller();

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

  private static final class BytesMarshaller implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new Message(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Message extends ByteArrayInputStream implements KnownLength {
    Message(byte[] bytes) {
      super(bytes);
    }
  }
}
