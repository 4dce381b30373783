package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Netty reads what is written, and checks it as it does for its servers. */
class RequestHeadersTest {
  private static final String METHOD = "SpiffeWorkloadAPI/FetchX509SVID";
  private static final long MAX_LIST_BYTES = 1 << 20;

  private final DefaultHttp2HeadersDecoder netty =
      new DefaultHttp2HeadersDecoder(true, MAX_LIST_BYTES);

  private List<String> read(byte[] block) throws Exception {
    Http2Headers headers = netty.decodeHeaders(1, Unpooled.wrappedBuffer(block));
    List<String> fields = new ArrayList<>();
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      fields.add(field.getKey() + ": " + field.getValue());
    }
    return fields;
  }

  @Test
  @DisplayName("RFC 9113 §8.3.1, gRPC, Workload Endpoint §3: a request's headers")
  void writesAll() throws Exception {
    assertThat(read(RequestHeaders.of(METHOD, 0, false)))
        .containsExactly(
            ":method: POST",
            ":scheme: http",
            ":path: /SpiffeWorkloadAPI/FetchX509SVID",
            ":authority: localhost",
            "te: trailers",
            "content-type: application/grpc",
            "user-agent: grpc-spiffe4j",
            "workload.spiffe.io: true");
  }

  @Test
  @DisplayName("a timeout is one more of them")
  void writesTimeout() throws Exception {
    List<String> fields = new ArrayList<>(read(RequestHeaders.of(METHOD, 0, false)));
    fields.add(4, "grpc-timeout: 5000000u");
    assertThat(read(RequestHeaders.of(METHOD, TimeUnit.SECONDS.toNanos(5), false)))
        .isEqualTo(fields);
  }

  @ParameterizedTest
  @DisplayName(
      "gRPC: a timeout has at most 8 digits in the finest unit that can say it, rounded up")
  @CsvSource({
    "1, 1n",
    "99_999_999, 99999999n",
    "100_000_000, 100000u",
    "100_000_001, 100001u",
    "99_999_999_000, 99999999u",
    "99_999_999_001, 100000m",
    "99_999_999_000_000, 99999999m",
    "99_999_999_000_001, 100000S",
    "99_999_999_000_000_000, 99999999S",
    "99_999_999_000_000_001, 1666667M",
    "5_999_999_940_000_000_000, 99999999M",
    "5_999_999_940_000_000_001, 1666667H",
    "9_223_372_036_854_775_807, 2562048H",
  })
  void choosesUnit(String nanos, String text) {
    assertThat(RequestHeaders.timeout(Long.parseLong(nanos.replace("_", "")))).isEqualTo(text);
  }

  @Test
  @DisplayName("nothing is to be remembered")
  void remembersNothing() throws Exception {
    HpackDecoder decoder = new HpackDecoder();
    List<String> names = new ArrayList<>();
    decoder.decode(
        ByteBuffer.wrap(RequestHeaders.of(METHOD, 1, false)), field -> names.add(field.name()));
    assertThat(names).hasSize(9);
    assertThatExceptionOfType(Http2Exception.class)
        .isThrownBy(() -> decoder.decode(Hex.bytes("be"), field -> {}))
        .withMessage("no field of index 62");
  }

  @Test
  @DisplayName("RFC 9113 §4.3.1: after a server has made the table smaller, its size comes first")
  void writesSize() throws Exception {
    byte[] with = RequestHeaders.of(METHOD, 0, true);
    byte[] without = RequestHeaders.of(METHOD, 0, false);
    List<String> fields = read(without);
    assertThat(with).startsWith(0x20).hasSize(without.length + 1);
    netty.configuration().maxHeaderTableSize(0);
    assertThatExceptionOfType(io.netty.handler.codec.http2.Http2Exception.class)
        .isThrownBy(() -> read(without));
    assertThat(read(with)).isEqualTo(fields);
    assertThat(read(without)).isEqualTo(fields);
  }

  @ParameterizedTest
  @DisplayName("RFC 7541 §5.1: paths of any length")
  @ValueSource(ints = {1, 125, 126, 127, 128, 253, 254, 255, 16_509, 16_510, 16_511, 100_000})
  void writesLongPath(int length) throws Exception {
    String path = "a".repeat(length);
    assertThat(read(RequestHeaders.of(path, 0, false)))
        .hasSize(8)
        .contains(":path: /" + path, "workload.spiffe.io: true");
  }
}
