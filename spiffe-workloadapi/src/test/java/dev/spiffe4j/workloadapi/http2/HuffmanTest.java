package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Netty is the judge of what is read. */
class HuffmanTest {
  private static final String NAME = "date";

  /** The index of the name in a literal that is not remembered. */
  private static final byte[] NAME_BYTES = {0x0f, 0x12};

  /** The first byte of a coded string, but for its length. */
  private static final int CODED = 0x80;

  private static String decode(String hex) throws Http2Exception {
    return Huffman.decode(Hex.bytes(hex));
  }

  private static void assertRefused(String hex) {
    assertThatExceptionOfType(Http2Exception.class)
        .isThrownBy(() -> decode(hex))
        .extracting(Http2Exception::code)
        .isEqualTo(ErrorCode.COMPRESSION_ERROR);
  }

  @Test
  @DisplayName("RFC 7541 Appendix B: each byte, beginning at each bit of another byte")
  void readsEachByte() throws Exception {
    for (char symbol = 0; symbol < 256; symbol++) {
      for (int before = 0; before < 8; before++) {
        String text = "a".repeat(before) + symbol + "e".repeat(40);
        assertThat(Huffman.decode(nettyCoded(text))).isEqualTo(text);
      }
    }
  }

  @ParameterizedTest
  @DisplayName("RFC 7541 C.4, C.6: strings of the examples")
  @CsvSource({
    "f1e3 c2e5 f23a 6ba0 ab90 f4ff, www.example.com",
    "a8eb 1064 9cbf, no-cache",
    "25a8 49e9 5ba9 7d7f, custom-key",
    "6402, 302",
    "aec3 771a 4b, private",
    "9bd9 ab, gzip",
  })
  void readsExamples(String hex, String text) throws Exception {
    assertThat(decode(hex)).isEqualTo(text);
  }

  @Test
  @DisplayName("the empty string has no bytes")
  void readsEmpty() throws Exception {
    assertThat(decode("")).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("RFC 7541 §5.2: what is no string")
  @CsvSource({
    "a whole byte of padding, 07, 07ff",
    "nothing but padding, 07, ff",
    "two bytes of padding, 0000007f, 0000007fffff",
    "padding that ends in 0, 07, 06",
    "padding that begins with 0, 07, 03",
    "padding of zeros, 07, 00",
    "seven bits of padding that end in 0, 0000007f, 0000007e",
    "the end of the string, fffffff3, ffffffff",
    "the end of the string among others, 07, 07ffffffe0",
    "a code of which a bit is missing, fffffff3, fffffff0",
    "a code of which a byte is missing, fffffff3, ffffff",
  })
  void refuses(String rule, String right, String wrong) throws Exception {
    assertThat(decode(right)).as(rule).isNotEmpty();
    assertRefused(wrong);
  }

  @Test
  @DisplayName("whatever the bytes, Netty says the same of them")
  void agrees() {
    Random random = new Random(1);
    DefaultHttp2HeadersDecoder netty = new DefaultHttp2HeadersDecoder(false);
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] coded = new byte[random.nextInt(8)];
      random.nextBytes(coded);
      if (coded.length > 0 && random.nextBoolean()) {
        coded[coded.length - 1] |= (byte) (0xff >> random.nextInt(9));
      }
      Optional<String> own = own(coded);
      assertThat(own).isEqualTo(decode(netty, coded));
      read += own.isPresent() ? 1 : 0;
    }
    assertThat(read).isBetween(1000, 49_000);
  }

  private static Optional<String> own(byte[] coded) {
    try {
      return Optional.of(Huffman.decode(ByteBuffer.wrap(coded)));
    } catch (Http2Exception e) {
      return Optional.empty();
    }
  }

  private static Optional<String> decode(DefaultHttp2HeadersDecoder netty, byte[] coded) {
    ByteBuf block = Unpooled.buffer();
    block.writeBytes(NAME_BYTES).writeByte(CODED | coded.length).writeBytes(coded);
    try {
      return Optional.of(netty.decodeHeaders(1, block).get(NAME).toString());
    } catch (io.netty.handler.codec.http2.Http2Exception e) {
      return Optional.empty();
    }
  }

  private static ByteBuffer nettyCoded(String text) throws Exception {
    ByteBuf block = Unpooled.buffer();
    try (DefaultHttp2HeadersEncoder encoder =
        new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.ALWAYS_SENSITIVE, true, 16, 0)) {
      encoder.encodeHeaders(1, new DefaultHttp2Headers(false).add(NAME, text), block);
    }
    block.skipBytes(NAME_BYTES.length);
    int length = block.readUnsignedByte() - CODED;
    assertThat(length).isEqualTo(block.readableBytes()).isLessThan(text.length());
    return block.nioBuffer();
  }
}
