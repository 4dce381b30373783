package dev.spiffe4j.jwt.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Strict JSON")
final class JsonTest {
  private static Map<String, @Nullable Object> read(String json) {
    return JsonReader.readObject(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Reason refusal(byte[] json) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> JsonReader.readObject(json));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  void readsEachKindOfValue() {
    Map<String, @Nullable Object> expected = new LinkedHashMap<>();
    expected.put("s", "a\"\\/\b\f\n\r\té😀\u0000");
    expected.put("t", true);
    expected.put("f", false);
    expected.put("n", null);
    expected.put("i", -12L);
    expected.put("z", 0L);
    expected.put("big", 9223372036854775807L);
    expected.put("bigger", 0x1p63);
    expected.put("d", 1.25e2);
    expected.put("a", Arrays.asList(1L, null, Map.of(), List.of()));
    assertThat(
            read(
                " {\"s\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud83d\\ude00\\u0000\", \"t\":true,"
                    + "\"f\" :\tfalse,\"n\":null,\"i\":-12,\"z\":-0,\"big\":9223372036854775807,"
                    + "\"bigger\":9223372036854775808,\"d\":12.5E+1,\"a\":[1,null,{ },[ ]]}\r\n"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[]",
        "5",
        "\"a\"",
        "null",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":tru}",
        "{\"a\":True}",
        "{\"a\":nul}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.1}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":+1}",
        "{\"a\":0x1}",
        "{\"a\":1f}",
        "{\"a\":1e999}",
        "{\"a\":--1}",
        "{\"a\":\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u12G4\"}",
        "{\"a\":\"\\",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\u0000\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"a\":\"\\ud800x\"}",
        "{\"\\ud800\":1}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":null,\"a\":null}",
        "{\"\":1,\"\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "/**/{}",
        "{/**/}",
        "{\"a\":1//\n}",
        "\u00a0{}",
        "{\u2028}",
        "{\"a\":\"\\u\u0661\u0661\u0661\u0661\"}"
      })
  void refusesEverythingElse(String json) {
    read("{\"a\":1}");
    assertThat(refusal(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(Reason.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}{}", "{}x", "{}\u0000", "{} 1", "{}//"})
  void refusesTrailingData(String json) {
    read("{} \t\r\n");
    assertThat(refusal(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(Reason.TRAILING_DATA);
  }

  @Test
  void refusesWhatIsNotUtf8() {
    for (byte[] bad :
        new byte[][] {
          {(byte) 0xff},
          {(byte) 0xc0, (byte) 0xaf},
          {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
          {(byte) 0xc3}
        }) {
      byte[] json = new byte[bad.length + 7];
      System.arraycopy("{\"a\":\"".getBytes(StandardCharsets.UTF_8), 0, json, 0, 6);
      System.arraycopy(bad, 0, json, 6, bad.length);
      json[json.length - 1] = '"';
      assertThat(refusal(json)).isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  void boundsDepthAndNumbers() {
    read("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}");
    assertThat(
            refusal(
                ("{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}")
                    .getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(Reason.TOO_LARGE);
    read("{\"a\":" + "1".repeat(64) + "}");
    assertThat(refusal(("{\"a\":" + "1".repeat(65) + "}").getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(Reason.TOO_LARGE);
  }
}
