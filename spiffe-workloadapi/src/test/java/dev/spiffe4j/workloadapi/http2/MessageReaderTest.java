package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  private static final int LIMIT = 1000;
  private static final int PREFIX_BYTES = 5;

  private final MessageReader reader = new MessageReader(LIMIT);

  private static byte[] message(int length) {
    byte[] message = new byte[length];
    new Random(length).nextBytes(message);
    return message;
  }

  private static byte[] prefix(int flag, int length) {
    return ByteBuffer.allocate(PREFIX_BYTES).put((byte) flag).putInt(length).array();
  }

  private static byte[] coded(int... lengths) {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    for (int length : lengths) {
      coded.writeBytes(prefix(0, length));
      coded.writeBytes(message(length));
    }
    return coded.toByteArray();
  }

  /** All messages of some bytes that come in pieces. */
  private static List<byte[]> read(MessageReader reader, byte[] bytes, int piece)
      throws IOException {
    List<byte[]> messages = new ArrayList<>();
    for (int start = 0; start < bytes.length; start += piece) {
      reader.add(ByteBuffer.wrap(bytes, start, Math.min(piece, bytes.length - start)));
      for (byte[] next = reader.next(); next != null; next = reader.next()) {
        messages.add(next);
      }
    }
    return messages;
  }

  private void add(byte[] bytes) {
    reader.add(ByteBuffer.wrap(bytes));
  }

  @Test
  @DisplayName("a message that comes as a whole")
  void readsOne() throws Exception {
    assertThat(reader.next()).isNull();
    add(coded(7));
    assertThat(reader.next()).isEqualTo(message(7));
    assertThat(reader.next()).isNull();
  }

  @Test
  @DisplayName("the empty message is one")
  void readsEmpty() throws Exception {
    add(coded(0));
    assertThat(reader.next()).isEmpty();
    assertThat(reader.next()).isNull();
  }

  @ParameterizedTest
  @DisplayName("messages are the same, however they are cut")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 100, 1005, 10_000})
  void readsPieces(int piece) throws Exception {
    assertThat(read(reader, coded(3, 0, 1, 0, 0, 500, LIMIT, 7), piece))
        .containsExactly(
            message(3),
            message(0),
            message(1),
            message(0),
            message(0),
            message(500),
            message(LIMIT),
            message(7));
    assertThat(reader.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @DisplayName("a large message grows to its length")
  @ValueSource(ints = {8191, 8192, 8193, 16_385, 4 << 20})
  void readsLarge(int length) throws Exception {
    MessageReader large = new MessageReader(4 << 20);
    assertThat(read(large, coded(length, 1), Frame.MAX_PAYLOAD))
        .containsExactly(message(length), message(1));
  }

  @Test
  @DisplayName("a message may have as many bytes as are allowed, and no more")
  void boundsMessages() throws Exception {
    add(coded(LIMIT));
    assertThat(reader.next()).isEqualTo(message(LIMIT));
    add(prefix(0, LIMIT + 1));
    assertThatExceptionOfType(MessageTooLargeException.class)
        .isThrownBy(reader::next)
        .withMessage("message of 1001 bytes (expected: <= 1000)");
  }

  @Test
  @DisplayName("lengths have no sign")
  void readsUnsigned() {
    add(prefix(0, 0xffff_ffff));
    assertThatExceptionOfType(MessageTooLargeException.class)
        .isThrownBy(reader::next)
        .withMessageContaining("4294967295");
  }

  @Test
  @DisplayName("no memory is taken for what was only announced")
  void takesNoMemoryBefore() throws Exception {
    // No array can be so large.
    MessageReader any = new MessageReader(Integer.MAX_VALUE);
    any.add(ByteBuffer.wrap(prefix(0, Integer.MAX_VALUE)));
    assertThat(any.next()).isNull();
    MessageReader less = new MessageReader(Integer.MAX_VALUE - 1);
    less.add(ByteBuffer.wrap(prefix(0, Integer.MAX_VALUE)));
    assertThatExceptionOfType(MessageTooLargeException.class).isThrownBy(less::next);
  }

  @ParameterizedTest
  @DisplayName("compressed messages are refused, since none was asked for")
  @ValueSource(ints = {1, 2, 0xff})
  void refusesCompressed(int flag) throws Exception {
    add(prefix(0, 0));
    assertThat(reader.next()).isEmpty();
    add(prefix(flag, 0));
    assertThatExceptionOfType(Http2Exception.class)
        .isThrownBy(reader::next)
        .extracting(Http2Exception::code)
        .isEqualTo(ErrorCode.PROTOCOL_ERROR);
  }

  @Test
  @DisplayName("each byte is released once, when its message is read")
  void releases() throws Exception {
    assertThat(reader.takeReleased()).isZero();
    add(coded(10, 20));
    assertThat(reader.takeReleased()).isZero();
    assertThat(reader.next()).hasSize(10);
    assertThat(reader.takeReleased()).isEqualTo(PREFIX_BYTES + 10);
    assertThat(reader.takeReleased()).isZero();
    assertThat(reader.next()).hasSize(20);
    assertThat(reader.next()).isNull();
    assertThat(reader.takeReleased()).isEqualTo(PREFIX_BYTES + 20);
  }

  @ParameterizedTest
  @DisplayName("all bytes are released, however they are cut")
  @ValueSource(ints = {1, 3, 17, 1000, 100_000})
  void releasesAll(int piece) throws Exception {
    byte[] all = coded(0, 10, LIMIT, 1);
    assertThat(read(reader, all, piece)).hasSize(4);
    assertThat(reader.takeReleased()).isEqualTo(all.length);
  }

  @Test
  @DisplayName("what has come of a message that may come is released: its sender must not wait")
  void releasesBegun() throws Exception {
    add(prefix(0, 100));
    add(message(40));
    assertThat(reader.next()).isNull();
    assertThat(reader.takeReleased()).isEqualTo(PREFIX_BYTES + 40);
  }

  @Test
  @DisplayName("nothing is missing but between messages")
  void knowsMissing() throws Exception {
    assertThat(reader.isEmpty()).isTrue();
    byte[] coded = coded(3);
    for (int i = 0; i < coded.length; i++) {
      add(new byte[] {coded[i]});
      assertThat(reader.isEmpty()).isFalse();
      assertThat(reader.next() != null).isEqualTo(i == coded.length - 1);
    }
    assertThat(reader.isEmpty()).isTrue();
  }
}
