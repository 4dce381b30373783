package dev.spiffe4j.workloadapi.http2;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the messages in what a stream brings: a byte that says whether the message is compressed,
 * its length in four bytes, and the message.
 */
final class MessageReader {
  private static final int PREFIX_BYTES = 5;
  private static final int FIRST_BYTES = 8192;

  private final int maxBytes;

  /** What has come and is no part of a message yet. */
  private final ByteQueue waiting = new ByteQueue();

  /** The message that is being read. */
  private byte @Nullable [] message;

  private int length;
  private int filled;
  private int released;

  MessageReader(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  void add(ByteBuffer data) {
    waiting.append(data.remaining()).put(data);
  }

  /**
   * The next message, or null if it has not come as a whole.
   *
   * @throws MessageTooLargeException if it is larger than allowed; before memory is taken for it
   */
  byte @Nullable [] next() throws Http2Exception, MessageTooLargeException {
    byte[] current = message;
    if (current == null) {
      if (waiting.size() < PREFIX_BYTES) {
        return null;
      }
      current = begin(take(PREFIX_BYTES));
    }
    message = fill(current);
    if (filled < length) {
      return null;
    }
    byte[] whole = message;
    message = null;
    return whole;
  }

  private byte[] begin(byte[] prefix) throws Http2Exception, MessageTooLargeException {
    if (prefix[0] != 0) {
      throw Http2Exception.protocol("message that is compressed");
    }
    long announced = Integer.toUnsignedLong(ByteBuffer.wrap(prefix).getInt(1));
    if (announced > maxBytes) {
      throw new MessageTooLargeException(announced, maxBytes);
    }
    length = (int) announced;
    filled = 0;
    // What was only announced takes no memory.
    return new byte[Math.min(length, FIRST_BYTES)];
  }

  private byte[] fill(byte[] current) {
    int count = Math.min(length - filled, waiting.size());
    byte[] target = current;
    if (filled + count > target.length) {
      long larger = Math.max(filled + count, 2L * target.length);
      target = Arrays.copyOf(target, (int) Math.min(length, larger));
    }
    waiting.take(target, filled, count);
    filled += count;
    released += count;
    return target;
  }

  private byte[] take(int count) {
    byte[] bytes = new byte[count];
    waiting.take(bytes, 0, count);
    released += count;
    return bytes;
  }

  /**
   * How many bytes are held no more, or by a message that is allowed, since this was last asked.
   */
  int takeReleased() {
    int bytes = released;
    released = 0;
    return bytes;
  }

  /** Whether no message has begun that has not ended. */
  boolean isEmpty() {
    return message == null && waiting.size() == 0;
  }
}
