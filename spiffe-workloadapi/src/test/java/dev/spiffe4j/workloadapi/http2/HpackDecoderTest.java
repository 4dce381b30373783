package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spiffe4j.workloadapi.http2.HeaderTable.Field;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The RFC's examples, and Netty's encoder, are the judges of what is read. */
class HpackDecoderTest {
  private static final int STATIC_FIELDS = 61;

  /** C.2.1: counts 55 in the table. */
  private static final String CUSTOM =
      "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572";

  private static final String CUSTOM_FIELD = "custom-key: custom-header";

  private final HpackDecoder decoder = new HpackDecoder();

  private static String text(CharSequence name, CharSequence value) {
    return name + ": " + value;
  }

  private static List<String> decode(HpackDecoder decoder, ByteBuffer block) throws Http2Exception {
    List<String> fields = new ArrayList<>();
    decoder.decode(block, field -> fields.add(text(field.name(), field.value())));
    return fields;
  }

  private List<String> decode(String hex) throws Http2Exception {
    return decode(decoder, Hex.bytes(hex));
  }

  /** The dynamic table, the newest field first: asked for one index after the other. */
  private List<String> table() throws Http2Exception {
    List<String> fields = new ArrayList<>();
    int index = STATIC_FIELDS + 1;
    while (isKnown(index)) {
      fields.addAll(decode(Integer.toHexString(0x80 | index)));
      index++;
    }
    return fields;
  }

  private boolean isKnown(int index) {
    try {
      return decode(Integer.toHexString(0x80 | index)).size() == 1;
    } catch (Http2Exception e) {
      return false;
    }
  }

  private static void assertRefused(String hex) {
    assertThatExceptionOfType(Http2Exception.class)
        .isThrownBy(() -> decode(new HpackDecoder(), Hex.bytes(hex)))
        .extracting(Http2Exception::code)
        .isEqualTo(ErrorCode.COMPRESSION_ERROR);
  }

  private static String literal(int nameBytes, int valueBytes) {
    return "40" + string(nameBytes) + string(valueBytes);
  }

  /** So many times an {@code a}. */
  private static String string(int length) {
    String prefix = length < 127 ? "%02x".formatted(length) : longLength(length - 127);
    return prefix + "61".repeat(length);
  }

  private static String longLength(int rest) {
    return "7f%02x%02x".formatted(0x80 | (rest & 0x7f), rest >>> 7);
  }

  @Test
  @DisplayName("RFC 7541 C.2.1: a literal that is remembered")
  void readsLiteralWithIndexing() throws Exception {
    assertThat(decode(CUSTOM)).containsExactly(CUSTOM_FIELD);
    assertThat(table()).containsExactly(CUSTOM_FIELD);
  }

  @Test
  @DisplayName("RFC 7541 C.2.2: a literal that is not remembered")
  void readsLiteralWithoutIndexing() throws Exception {
    assertThat(decode("040c 2f73 616d 706c 652f 7061 7468")).containsExactly(":path: /sample/path");
    assertThat(table()).isEmpty();
  }

  @Test
  @DisplayName("RFC 7541 C.2.3: a literal that is never remembered")
  void readsLiteralNeverIndexed() throws Exception {
    assertThat(decode("1008 7061 7373 776f 7264 0673 6563 7265 74"))
        .containsExactly("password: secret");
    assertThat(table()).isEmpty();
  }

  @Test
  @DisplayName("RFC 7541 C.2.4: an index")
  void readsIndexed() throws Exception {
    assertThat(decode("82")).containsExactly(":method: GET");
    assertThat(table()).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("RFC 7541 C.3, C.4: requests, without and with Huffman coding")
  @CsvSource({
    "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d,"
        + "8286 84be 5808 6e6f 2d63 6163 6865,"
        + "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff,"
        + "8286 84be 5886 a8eb 1064 9cbf,"
        + "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
  })
  void readsRequests(String first, String second, String third) throws Exception {
    String authority = ":authority: www.example.com";
    String cache = "cache-control: no-cache";
    String custom = "custom-key: custom-value";

    assertThat(decode(first))
        .containsExactly(":method: GET", ":scheme: http", ":path: /", authority);
    assertThat(table()).containsExactly(authority);

    assertThat(decode(second))
        .containsExactly(":method: GET", ":scheme: http", ":path: /", authority, cache);
    assertThat(table()).containsExactly(cache, authority);

    assertThat(decode(third))
        .containsExactly(":method: GET", ":scheme: https", ":path: /index.html", authority, custom);
    assertThat(table()).containsExactly(custom, cache, authority);
  }

  @ParameterizedTest
  @DisplayName("RFC 7541 C.5, C.6: responses and evictions, without and with Huffman coding")
  @CsvSource({
    "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
        + "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70"
        + "6c65 2e63 6f6d,"
        + "4803 3330 37c1 c0bf,"
        + "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d"
        + "54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049"
        + "5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e"
        + "3d31",
    "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
        + "2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3,"
        + "4883 640e ffc1 c0bf,"
        + "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
        + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f"
        + "9587 3160 65c0 03ed 4ee5 b106 3d50 07",
  })
  void readsResponses(String first, String second, String third) throws Exception {
    String sizeOf256 = "3fe1 01";
    String cache = "cache-control: private";
    String date = "date: Mon, 21 Oct 2013 20:13:21 GMT";
    String later = "date: Mon, 21 Oct 2013 20:13:22 GMT";
    String location = "location: https://www.example.com";
    String encoding = "content-encoding: gzip";
    String cookie = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

    assertThat(decode(sizeOf256 + first)).containsExactly(":status: 302", cache, date, location);
    assertThat(table()).containsExactly(location, date, cache, ":status: 302");

    assertThat(decode(second)).containsExactly(":status: 307", cache, date, location);
    assertThat(table()).containsExactly(":status: 307", location, date, cache);

    assertThat(decode(third))
        .containsExactly(":status: 200", cache, later, location, encoding, cookie);
    assertThat(table()).containsExactly(cookie, encoding, later);
  }

  @Test
  @DisplayName("RFC 7541 C.1.1: 10 in a prefix of 5 bits")
  void readsShortInteger() throws Exception {
    decode(CUSTOM);
    assertThat(decode("2a 82")).containsExactly(":method: GET");
    assertThat(table()).isEmpty();
  }

  @Test
  @DisplayName("RFC 7541 C.1.2: 1337 in a prefix of 5 bits")
  void readsLongInteger() throws Exception {
    assertThat(decode("3f9a 0a" + literal(5, 1300))).hasSize(1);
    assertThat(table()).hasSize(1);
    assertThat(decode(literal(5, 1301))).hasSize(1);
    assertThat(table()).isEmpty();
  }

  @Test
  @DisplayName("RFC 7541 C.1.3: 42 at the beginning of a byte")
  void readsIntegerOfByte() throws Exception {
    assertThat(decode("00 01 62 2a" + "61".repeat(42))).containsExactly("b: " + "a".repeat(42));
  }

  @ParameterizedTest
  @DisplayName("RFC 7541 §5.1: integers end where they say it, in more bytes than needed, too")
  @CsvSource({
    "7e, 126",
    "7f00, 127",
    "7f01, 128",
    "7f7f, 254",
    "7f8001, 255",
    "7f8000, 127",
    "7f80808000, 127",
    "7fff7f, 16510",
    "7f808001, 16511",
  })
  void readsIntegers(String length, int value) throws Exception {
    assertThat(decode("00 01 62" + length + "61".repeat(value) + "82"))
        .containsExactly("b: " + "a".repeat(value), ":method: GET");
  }

  @Test
  @DisplayName("RFC 7541 Appendix A: each field of the static table")
  void knowsStaticTable() throws Exception {
    DefaultHttp2HeadersDecoder netty = new DefaultHttp2HeadersDecoder(false);
    for (int index = 1; index <= STATIC_FIELDS; index++) {
      ByteBuffer block = ByteBuffer.wrap(new byte[] {(byte) (0x80 | index)});
      List<String> expected = fields(netty.decodeHeaders(1, Unpooled.copiedBuffer(block)));
      assertThat(decode(decoder, block)).hasSize(1).isEqualTo(expected);
    }
  }

  @Test
  @DisplayName("the text of a field has no value, which may be a secret")
  void hidesValues() {
    assertThat(new Field("password", "secret")).hasToString("password");
  }

  @Test
  @DisplayName("RFC 7541 §4.1: a field counts its bytes and 32")
  void countsFields() throws Exception {
    decode(CUSTOM);
    decode("3f18");
    assertThat(table()).containsExactly(CUSTOM_FIELD);
    decode("3f17");
    assertThat(table()).isEmpty();
  }

  @Test
  @DisplayName("RFC 7541 §4.3: a size of 0 empties the table, which may grow anew")
  void empties() throws Exception {
    decode(CUSTOM);
    assertThat(table()).isNotEmpty();
    assertThat(decode("20")).isEmpty();
    assertThat(table()).isEmpty();
    assertThat(decode(CUSTOM)).containsExactly(CUSTOM_FIELD);
    assertThat(table()).isEmpty();
    assertThat(decode("20 3fe1 1f" + CUSTOM)).containsExactly(CUSTOM_FIELD);
    assertThat(table()).containsExactly(CUSTOM_FIELD);
  }

  @Test
  @DisplayName("RFC 7541 §4.4: a field larger than the table empties it, and is no error")
  void emptiesForLargeField() throws Exception {
    decode("3f1d" + CUSTOM);
    assertThat(decode(literal(1, 27))).hasSize(1);
    assertThat(table()).containsExactly("a: " + "a".repeat(27));
    assertThat(decode(literal(1, 28))).containsExactly("a: " + "a".repeat(28));
    assertThat(table()).isEmpty();
  }

  @Test
  @DisplayName("RFC 7541 §4.4: a field may have the name of one that it evicts")
  void readsNameOfEvicted() throws Exception {
    decode("3f18" + CUSTOM);
    assertThat(decode("7e" + string(2))).containsExactly("custom-key: aa");
    assertThat(table()).containsExactly("custom-key: aa");
  }

  @ParameterizedTest
  @DisplayName("RFC 7541: what is no block")
  @CsvSource({
    "§6.1: index 0, 81, 80",
    "§2.3.3: index beyond the table, bd, be",
    "§2.3.3: index far beyond the table, bd, ffffffff7f",
    "§2.3.3: name beyond the table, 7d0161, 7e0161",
    "§2.3.3: name beyond the table, 0f2e0161, 0f2f0161",
    "§2.3.3: name beyond the table, 1f2e0161, 1f2f0161",
    "§6.3: table of more than is allowed, 3fe11f 82, 3fe21f 82",
    "§6.3: table of far more than is allowed, 3fe11f 82, 3fffffff7f 82",
    "§4.2: size of the table after a field, 20 82, 82 20",
    "§4.2: size of the table after a literal, 20 0001610162, 0001610162 20",
    "§5.1: integer that is too long, 0fae808000 0161, 0fae80808000 0161",
    "§5.1: integer of more than 31 bits, 0fae808000 0161, 0fffffffff0f 0161",
    "§5.1: integer of more than 32 bits, 0fae808000 0161, 0fffffffffff7f 0161",
    "§5.1: integer without end, 0fae808000 0161, 0fffffffffffffffffffffffffffffffffffff",
    "§5.1: size that is too long, 3fe19f8000 82, 3fe19f808000 82",
    "§5.2: value longer than the block, 000161 0162, 000161 0262",
    "§5.2: name longer than the block, 000161 0162, 000461 0162",
    "§5.2: string far longer than the block, 000161 0162, 000161 7fffffff7f",
    "§5.2: coded string longer than the block, 000161 8107, 000161 8207",
    "§5.2: padding of a whole byte, 000161 8107, 000161 8207ff",
    "§5.2: padding that is not all ones, 000161 8107, 000161 8106",
    "§5.2: end of string, 000161 84fffffff3, 000161 84ffffffff",
    "§5.2: padding of a whole byte in a name, 008107 0161, 008207ff 0161",
  })
  void refuses(String rule, String right, String wrong) throws Exception {
    assertThat(decode(right)).as(rule).isNotEmpty();
    assertRefused(wrong);
  }

  @ParameterizedTest
  @DisplayName("a block cannot end in a field")
  @ValueSource(
      strings = {
        CUSTOM,
        "4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        "0f2e 0161",
        "1008 7061 7373 776f 7264 0673 6563 7265 74",
        "3fe1 1f",
      })
  void refusesCut(String hex) throws Exception {
    assertThat(decode(hex + "82")).contains(":method: GET");
    String whole = hex.replace(" ", "");
    for (int end = 2; end < whole.length(); end += 2) {
      assertRefused(whole.substring(0, end));
    }
  }

  @ParameterizedTest
  @DisplayName("what Netty writes is read, block after block")
  @ValueSource(ints = {0, 100, Integer.MAX_VALUE})
  void readsNetty(int huffmanFrom) throws Exception {
    Random random = new Random(1);
    try (DefaultHttp2HeadersEncoder netty = netty(huffmanFrom)) {
      for (int i = 0; i < 3000; i++) {
        if (random.nextInt(50) == 0) {
          netty.configuration().maxHeaderTableSize(random.nextInt(HeaderTable.MAX_SIZE + 1));
        }
        Http2Headers headers = headers(random);
        assertThat(decode(decoder, encode(netty, headers))).isEqualTo(fields(headers));
      }
    }
  }

  @Test
  @DisplayName("whatever is done to a block, it is read or an error of compression")
  void refusesOrReads() throws Exception {
    Random random = new Random(1);
    int read = 0;
    try (DefaultHttp2HeadersEncoder netty = netty(0)) {
      for (int i = 0; i < 20_000; i++) {
        byte[] block = encode(netty, headers(random)).array();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
          block[random.nextInt(block.length)] = (byte) random.nextInt(256);
        }
        read += isRead(block) ? 1 : 0;
      }
    }
    assertThat(read).isBetween(100, 19_900);
  }

  private static boolean isRead(byte[] block) {
    try {
      decode(new HpackDecoder(), ByteBuffer.wrap(block));
      return true;
    } catch (Http2Exception e) {
      assertThat(e.code()).isEqualTo(ErrorCode.COMPRESSION_ERROR);
      return false;
    }
  }

  private static DefaultHttp2HeadersEncoder netty(int huffmanFrom) {
    Http2HeadersEncoder.SensitivityDetector some = (name, value) -> value.length() % 7 == 0;
    return new DefaultHttp2HeadersEncoder(some, true, 16, huffmanFrom);
  }

  private static ByteBuffer encode(DefaultHttp2HeadersEncoder netty, Http2Headers headers)
      throws Exception {
    ByteBuf block = Unpooled.buffer();
    netty.encodeHeaders(1, headers, block);
    return ByteBuffer.wrap(ByteBufUtil.getBytes(block));
  }

  private static List<String> fields(Http2Headers headers) {
    List<String> fields = new ArrayList<>();
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      fields.add(text(field.getKey(), field.getValue()));
    }
    return fields;
  }

  /** Some that come often, and some that come once; of short values and of long ones. */
  private static Http2Headers headers(Random random) {
    Http2Headers headers = new DefaultHttp2Headers(false);
    headers.status(Integer.toString(200 + random.nextInt(5)));
    for (int count = random.nextInt(8); count > 0; count--) {
      Random often = new Random(random.nextInt(30));
      String name = random.nextBoolean() ? "date" : "x-" + text(often, 20);
      String value = random.nextInt(3) > 0 ? text(often, 60) : text(random, 400);
      headers.add(name, value);
    }
    return headers;
  }

  /** Of letters, which Huffman's code makes shorter, or of all bytes that a value may have. */
  private static String text(Random random, int maxLength) {
    int first = random.nextBoolean() ? 'a' : 0x20;
    int last = first == 'a' ? 'z' : 0xff;
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(maxLength); length > 0; length--) {
      text.append((char) (first + random.nextInt(last - first + 1)));
    }
    return text.toString();
  }
}
