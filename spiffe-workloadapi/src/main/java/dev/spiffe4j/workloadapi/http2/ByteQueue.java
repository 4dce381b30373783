package dev.spiffe4j.workloadapi.http2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/** Bytes that wait, in one array: what comes in small pieces takes no more memory than the rest. */
final class ByteQueue {
  private static final byte[] NONE = {};
  private static final int FIRST_BYTES = 256;

  private byte[] bytes = NONE;
  private int start;
  private int end;

  int size() {
    return end - start;
  }

  /** A place at the end to be filled. */
  ByteBuffer append(int count) {
    reserve(count);
    ByteBuffer place = ByteBuffer.wrap(bytes, end, count);
    end += count;
    return place;
  }

  /** Moves bytes from the beginning to an array. */
  void take(byte[] target, int offset, int count) {
    System.arraycopy(bytes, start, target, offset, count);
    skip(count);
  }

  /** Moves as many bytes as a channel takes now. */
  void writeTo(WritableByteChannel target) throws IOException {
    if (size() > 0) {
      skip(target.write(ByteBuffer.wrap(bytes, start, size())));
    }
  }

  private void skip(int count) {
    start += count;
    if (start == end) {
      start = 0;
      end = 0;
      // Nearly always it is idle, and there may be many of it.
      bytes = NONE;
    }
  }

  private void reserve(int count) {
    if (count <= bytes.length - end) {
      return;
    }
    int size = size();
    int needed = Math.max(FIRST_BYTES, Math.addExact(size, count));
    byte[] target =
        needed <= bytes.length ? bytes : Arrays.copyOf(NONE, Math.max(needed, 2 * size));
    System.arraycopy(bytes, start, target, 0, size);
    bytes = target;
    start = 0;
    end = size;
  }
}
