package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.workloadapi.http2.HeaderTable.Field;
import io.grpc.Status;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadersTest {
  private static final String GRPC = "application/grpc";

  /** What a field counts beside its bytes. */
  private static final int OVERHEAD = 32;

  private static ResponseHeaders headers(String... pairs) {
    ResponseHeaders headers = new ResponseHeaders();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.onField(new Field(pairs[i], pairs[i + 1]));
    }
    return headers;
  }

  private static ResponseHeaders begin(String... more) {
    ResponseHeaders headers = headers(":status", "200", "content-type", GRPC);
    for (int i = 0; i < more.length; i += 2) {
      headers.onField(new Field(more[i], more[i + 1]));
    }
    return headers;
  }

  private static void assertRefused(ResponseHeaders headers, String description) {
    assertThat(headers.problem()).isNull();
    assertBroken(headers.refusal(), description);
  }

  private static void assertBroken(Status status, String description) {
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription()).isEqualTo(description);
    assertThat(status.getCause())
        .isInstanceOfSatisfying(
            Http2Exception.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
  }

  @Test
  @DisplayName("an answer of gRPC begins with status 200 and its type")
  void accepts() {
    assertThat(begin().problem()).isNull();
    assertThat(begin().refusal()).isNull();
    assertThat(begin().isInformational()).isFalse();
    assertThat(begin().hasStatus()).isFalse();
  }

  @Test
  @DisplayName("RFC 9113 §8.3.2: an answer has a status of HTTP")
  void requiresHttpStatus() {
    assertThat(headers(":status", "200", "content-type", GRPC).refusal()).isNull();
    assertRefused(headers("content-type", GRPC), "answer without a status of HTTP");
  }

  @ParameterizedTest
  @DisplayName("gRPC: what other statuses of HTTP mean")
  @CsvSource({
    "400, INTERNAL",
    "401, UNAUTHENTICATED",
    "403, PERMISSION_DENIED",
    "404, UNIMPLEMENTED",
    "429, UNAVAILABLE",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE",
    "504, UNAVAILABLE",
    "201, UNKNOWN",
    "302, UNKNOWN",
    "402, UNKNOWN",
    "500, UNKNOWN",
    "505, UNKNOWN",
    "none, UNKNOWN",
  })
  void mapsHttpStatus(String http, Status.Code code) {
    assertThat(begin().refusal()).isNull();
    Status status = headers(":status", http, "content-type", GRPC).refusal();
    assertThat(status.getCode()).isEqualTo(code);
    assertThat(status.getDescription()).isEqualTo("HTTP status " + http);
  }

  @ParameterizedTest
  @DisplayName("gRPC: the types of its answers")
  @ValueSource(
      strings = {
        "application/grpc",
        "application/grpc+proto",
        "application/grpc+json",
        "application/grpc;charset=utf-8",
      })
  void acceptsTypes(String type) {
    assertThat(headers(":status", "200", "content-type", type).refusal()).isNull();
  }

  @ParameterizedTest
  @DisplayName("gRPC: any other type is refused")
  @ValueSource(
      strings = {
        "",
        "application",
        "application/grp",
        "application/grpcx",
        "application/grpc-web",
        "application/json",
        "text/html",
        " application/grpc",
        "text/html;application/grpc",
      })
  void refusesTypes(String type) {
    assertThat(headers(":status", "200", "content-type", GRPC).refusal()).isNull();
    assertRefused(
        headers(":status", "200", "content-type", type), "answer of another type than " + GRPC);
  }

  @Test
  @DisplayName("gRPC: an answer without a type is refused")
  void requiresType() {
    assertThat(headers(":status", "200", "content-type", GRPC).refusal()).isNull();
    assertRefused(headers(":status", "200"), "answer of another type than " + GRPC);
  }

  @Test
  @DisplayName("gRPC: an answer that is compressed is refused, since none was asked for")
  void refusesCompressed() {
    assertThat(begin("grpc-encoding", "identity").refusal()).isNull();
    assertRefused(begin("grpc-encoding", "gzip"), "answer that is compressed");
    assertRefused(begin("grpc-encoding", ""), "answer that is compressed");
  }

  @ParameterizedTest
  @DisplayName("RFC 9110 §15.2: which statuses come before the one that counts")
  @CsvSource({
    "100, true",
    "103, true",
    "199, true",
    "200, false",
    "404, false",
    "1, false",
    "10, false",
    "1000, false",
  })
  void knowsInformational(String status, boolean isInformational) {
    assertThat(headers(":status", status).isInformational()).isEqualTo(isInformational);
  }

  @Test
  @DisplayName("headers without a status of HTTP are the ones that count")
  void knowsTrailers() {
    assertThat(headers(":status", "100").isInformational()).isTrue();
    assertThat(headers("grpc-status", "0").isInformational()).isFalse();
  }

  @ParameterizedTest
  @DisplayName("gRPC: each number of a status")
  @EnumSource(Status.Code.class)
  void readsStatus(Status.Code code) {
    ResponseHeaders trailers = headers("grpc-status", Integer.toString(code.value()));
    assertThat(trailers.hasStatus()).isTrue();
    assertThat(trailers.status().getCode()).isEqualTo(code);
    assertThat(trailers.status().getDescription()).isNull();
  }

  @ParameterizedTest
  @DisplayName("gRPC: a status that is none is unknown")
  @ValueSource(strings = {"17", "-1", "99999999999", "OK", "", " ", "0x0", "1.0"})
  void readsUnknownStatus(String code) {
    assertThat(headers("grpc-status", "0").status().isOk()).isTrue();
    ResponseHeaders trailers = headers("grpc-status", code);
    assertThat(trailers.hasStatus()).isTrue();
    assertThat(trailers.status().getCode()).isEqualTo(Status.Code.UNKNOWN);
  }

  @Test
  @DisplayName("gRPC: an answer ends with a status")
  void requiresStatus() {
    assertThat(headers("grpc-status", "0").status().isOk()).isTrue();
    ResponseHeaders without = headers("grpc-message", "fine");
    assertThat(without.hasStatus()).isFalse();
    assertBroken(without.status(), "answer without a status");
  }

  @ParameterizedTest
  @DisplayName("gRPC: messages are coded with percents; what is not stays as it is")
  @CsvSource({
    "no identity issued, no identity issued",
    "100%25, 100%",
    "caf%C3%A9, café",
    "caf%c3%a9!, café!",
    "%E2%82%AC and %F0%9F%98%80, € and 😀",
    "a%0Ab, 'a\nb'",
    "%25, %",
    "%2525, %25",
    "'', ''",
    "%, %",
    "%%, %%",
    "%4, %4",
    "a%4, a%4",
    "a%, a%",
    "%zz, %zz",
    "%4z, %4z",
    "%z4, %z4",
    "%-1, %-1",
    "%4%41, %4A",
    "%%41, %A",
    "%ff, \ufffd",
    "%C3, \ufffd",
  })
  void decodesMessages(String coded, String message) {
    Status status = headers("grpc-status", "7", "grpc-message", coded).status();
    assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(status.getDescription()).isEqualTo(message);
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §8.2.1: characters that no name has")
  @ValueSource(
      strings = {
        "", "X-name", "x-Name", "x name", "x-name ", "x\u0000", "x\n", "x\u007f", "x\u00e9"
      })
  void refusesNames(String name) {
    assertThat(begin("x-name", "a").problem()).isNull();
    assertThat(begin(name, "a").problem()).isEqualTo("header with a name that none can have");
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §8.2.1: a name has no colon but the first of a pseudo header")
  @ValueSource(strings = {"x:name", "x:", "a::b"})
  void refusesColons(String name) {
    assertThat(begin("x-name", "a").problem()).isNull();
    assertThat(begin(name, "a").problem()).isNotNull();
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §8.2.1: characters that no value has")
  @ValueSource(strings = {"\u0000", "a\u0000b", "a\rb", "a\nb", "\n"})
  void refusesValues(String value) {
    assertThat(begin("x-name", "a b\tc\u00e9").problem()).isNull();
    assertThat(begin("x-name", value).problem()).isNotNull();
  }

  @ParameterizedTest
  @DisplayName("words that end in a space are taken, since gRPC does not escape them")
  @ValueSource(strings = {" a", "a ", "\ta", "a\t", " "})
  void takesSpaceAround(String value) {
    ResponseHeaders headers = begin("grpc-status", "7");
    headers.onField(new HeaderTable.Field("grpc-message", value));
    assertThat(headers.problem()).isNull();
    assertThat(headers.status().getDescription()).isEqualTo(value);
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §8.2.2: no header of a connection of HTTP/1.1")
  @ValueSource(
      strings = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"})
  void refusesConnectionHeaders(String name) {
    assertThat(begin("connections", "a").problem()).isNull();
    assertThat(begin(name, "a").problem()).isNotNull();
  }

  @ParameterizedTest
  @DisplayName("RFC 9113 §8.3: no pseudo header but the ones that are defined for answers")
  @ValueSource(strings = {":", ":path", ":method", ":authority", ":statu", ":statuses"})
  void refusesPseudoHeaders(String name) {
    assertThat(headers(":status", "200").problem()).isNull();
    assertThat(headers(name, "200").problem())
        .isEqualTo("header " + name + " where there can be none");
  }

  @Test
  @DisplayName("RFC 9113 §8.3: pseudo headers come first")
  void refusesLatePseudoHeader() {
    assertThat(headers(":status", "200", "content-type", GRPC).problem()).isNull();
    assertThat(headers("content-type", GRPC, ":status", "200").problem())
        .isEqualTo("header :status where there can be none");
  }

  @Test
  @DisplayName("RFC 9113 §8.3: no pseudo header comes twice")
  void refusesSecondStatus() {
    assertThat(headers(":status", "200").problem()).isNull();
    assertThat(headers(":status", "200", ":status", "200").problem())
        .isEqualTo("header :status where there can be none");
  }

  @Test
  @DisplayName("the first problem is the one that is told, and what comes behind it is not read")
  void keepsFirstProblem() {
    ResponseHeaders headers = headers("X", "a", ":path", "/", "grpc-status", "0");
    assertThat(headers.problem()).isEqualTo("header with a name that none can have");
    assertThat(headers.hasStatus()).isFalse();
  }

  @Test
  @DisplayName("RFC 9113 §10.5.1: what is beyond the announced bytes is not looked at")
  void ignoresBeyond() {
    String filler = "a".repeat(ResponseHeaders.MAX_SIZE);
    assertThat(begin("X", "a").problem()).isNotNull();
    ResponseHeaders headers = begin("x", filler, "X", "a", "grpc-status", "7", "grpc-status", "0");
    assertThat(headers.problem()).isNull();
    assertThat(headers.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  @DisplayName("RFC 9113 §6.5.2: of what is beyond the announced bytes, only the status is kept")
  void boundsSize() {
    int words = "grpc-messageno".length() + OVERHEAD;
    int status = "grpc-status7".length() + OVERHEAD;
    String filler = "a".repeat(ResponseHeaders.MAX_SIZE - words - status - 1 - OVERHEAD);
    Status whole = headers("x", filler, "grpc-message", "no", "grpc-status", "7").status();
    assertThat(whole.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(whole.getDescription()).isEqualTo("no");

    Status cut = headers("x", filler + "a", "grpc-status", "7", "grpc-message", "no").status();
    assertThat(cut.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(cut.getDescription()).isNull();
    Status last = headers("x", filler + filler, "grpc-message", "no", "grpc-status", "7").status();
    assertThat(last.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(last.getDescription()).isNull();
  }
}
