package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ByteQueueTest {
  private final ByteQueue queue = new ByteQueue();

  private void append(byte[] bytes) {
    queue.append(bytes.length).put(bytes);
  }

  private byte[] take(int count) {
    byte[] bytes = new byte[count];
    queue.take(bytes, 0, count);
    return bytes;
  }

  /** Takes no more than some bytes at a time. */
  private static final class Narrow implements WritableByteChannel {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final int width;

    Narrow(int width) {
      this.width = width;
    }

    @Override
    public int write(ByteBuffer bytes) {
      byte[] some = new byte[Math.min(width, bytes.remaining())];
      bytes.get(some);
      written.writeBytes(some);
      return some.length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  @DisplayName("bytes come out in the order in which they went in")
  void keepsOrder() {
    assertThat(queue.size()).isZero();
    append(new byte[] {1, 2, 3});
    append(new byte[] {4});
    assertThat(queue.size()).isEqualTo(4);
    assertThat(take(2)).containsExactly(1, 2);
    append(new byte[] {5});
    assertThat(take(3)).containsExactly(3, 4, 5);
    assertThat(queue.size()).isZero();
  }

  @Test
  @DisplayName("bytes are taken to a place in an array")
  void takesToPlace() {
    append(new byte[] {1, 2});
    byte[] target = new byte[4];
    queue.take(target, 1, 2);
    assertThat(target).containsExactly(0, 1, 2, 0);
  }

  @Test
  @DisplayName("nothing may be appended and taken")
  void takesNothing() {
    append(new byte[0]);
    assertThat(take(0)).isEmpty();
    append(new byte[] {1});
    append(new byte[0]);
    assertThat(take(0)).isEmpty();
    assertThat(take(1)).containsExactly(1);
    assertThat(take(0)).isEmpty();
  }

  @Test
  @DisplayName("a place to be filled has its size")
  void limitsPlaces() {
    append(new byte[10]);
    assertThat(queue.append(7).remaining()).isEqualTo(7);
    assertThat(queue.size()).isEqualTo(17);
  }

  @Test
  @DisplayName("no byte is lost, however they come and go")
  void losesNothing() {
    Random random = new Random(1);
    byte[] all = new byte[1_000_000];
    random.nextBytes(all);
    byte[] taken = new byte[all.length];
    int in = 0;
    int out = 0;
    while (out < all.length) {
      int some = random.nextInt(random.nextBoolean() ? 10 : 1000);
      int count = Math.min(some, all.length - in);
      queue.append(count).put(all, in, count);
      in += count;
      assertThat(queue.size()).isEqualTo(in - out);
      count = random.nextInt(10) == 0 ? queue.size() : random.nextInt(queue.size() + 1);
      queue.take(taken, out, count);
      out += count;
    }
    assertThat(taken).isEqualTo(all);
  }

  @Test
  @DisplayName("a channel gets as much as it takes")
  void writes() throws Exception {
    Narrow channel = new Narrow(3);
    queue.writeTo(channel);
    append(new byte[] {1, 2, 3, 4, 5});
    queue.writeTo(channel);
    assertThat(queue.size()).isEqualTo(2);
    append(new byte[] {6});
    queue.writeTo(channel);
    assertThat(queue.size()).isZero();
    queue.writeTo(channel);
    assertThat(channel.written.toByteArray()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  @DisplayName("a channel that takes nothing loses nothing")
  void waits() throws Exception {
    append(new byte[] {1, 2});
    queue.writeTo(new Narrow(0));
    assertThat(take(2)).containsExactly(1, 2);
  }
}
