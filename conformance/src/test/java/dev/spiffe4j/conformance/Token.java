package dev.spiffe4j.conformance;

import static dev.spiffe4j.conformance.Key.base64Url;

import java.nio.charset.StandardCharsets;

/** Tokens made by hand of JSON texts. */
final class Token {
  static final Key JWT = Key.of("P-256", "jwt");
  static final Key WIT = Key.of("P-256", "wit");
  static final long NOW = 1_767_225_600;
  static final String TIME = "2026-01-01T00:00:00Z";
  static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"JWT\"}";
  static final String PAYLOAD = payload("\"aud\":[\"reports\"],\"exp\":" + (NOW + 300));

  private Token() {}

  static String payload(String rest) {
    return "{\"sub\":\"spiffe://example.org/web\"," + rest + "}";
  }

  static String sign(String header, String payload, Key key, String alg) {
    String input = part(header) + "." + part(payload);
    return input + "." + base64Url(key.sign(alg, input.getBytes(StandardCharsets.US_ASCII)));
  }

  static String part(String json) {
    return base64Url(json.getBytes(StandardCharsets.UTF_8));
  }

  static String entry(String use, String kid, Key key) {
    return "{\"use\":\"" + use + "\",\"kid\":\"" + kid + "\"," + key.jwk() + "}";
  }

  static String keys(String... entries) {
    return "{\"keys\":[" + String.join(",", entries) + "]}";
  }
}
