package dev.spiffe4j.conformance;

import static dev.spiffe4j.conformance.Token.HEADER;
import static dev.spiffe4j.conformance.Token.JWT;
import static dev.spiffe4j.conformance.Token.NOW;
import static dev.spiffe4j.conformance.Token.PAYLOAD;
import static dev.spiffe4j.conformance.Token.entry;
import static dev.spiffe4j.conformance.Token.keys;
import static dev.spiffe4j.conformance.Token.part;
import static dev.spiffe4j.conformance.Token.sign;
import static dev.spiffe4j.conformance.Vectors.array;
import static dev.spiffe4j.conformance.Vectors.object;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** JWT-SVIDs that peers present. */
final class JwtVectors {
  private static final String EXP = "\"exp\":" + (NOW + 300);
  private static final String AUD = "\"aud\":\"reports\"";

  private final Vectors vectors = new Vectors("jwt-svid");
  private final String bundle = keys(entry("jwt-svid", "k1", JWT));

  Vectors make() {
    headers();
    claims();
    forms();
    keysAndBundles();
    return vectors;
  }

  private void headers() {
    good("JWT-09", "good", HEADER, PAYLOAD);
    good("JWT-09", "no-typ", "{\"alg\":\"ES256\",\"kid\":\"k1\"}", PAYLOAD);
    good("JWT-10", "typ-JOSE", HEADER.replace("JWT", "JOSE"), PAYLOAD);
    for (String typ : new String[] {"wit+jwt", "at+jwt", "dpop+jwt", ""}) {
      bad("JWT-10", "typ-" + typ, HEADER.replace("JWT", typ), PAYLOAD, "bad-profile");
    }
    bad("JWT-46 JWT-10", "typ-jwt", HEADER.replace("JWT", "jwt"), PAYLOAD, "bad-profile");
    bad("JWT-10 JWT-42", "typ-number", HEADER.replace("\"JWT\"", "5"), PAYLOAD, "bad-profile");
    for (String alg :
        new String[] {
          "none", "None", "nOnE", "HS256", "HS512", "EdDSA", "ES256K", "es256", "", "RSA-OAEP"
        }) {
      bad(
          "JWT-05 JWT-25",
          "alg-" + alg,
          HEADER.replace("ES256", alg),
          PAYLOAD,
          "unsupported-algorithm");
    }
    bad(
        "JWT-05 JWT-42",
        "alg-missing",
        "{\"kid\":\"k1\",\"typ\":\"JWT\"}",
        PAYLOAD,
        "unsupported-algorithm");
    bad(
        "JWT-05 JWT-42",
        "alg-number",
        HEADER.replace("\"ES256\"", "5"),
        PAYLOAD,
        "unsupported-algorithm");
    bad(
        "JWT-05",
        "alg-null",
        HEADER.replace("\"ES256\"", "null"),
        PAYLOAD,
        "unsupported-algorithm");
    bad(
        "JWT-28",
        "crit",
        "{\"alg\":\"ES256\",\"kid\":\"k1\",\"crit\":[\"x\"],\"x\":1}",
        PAYLOAD,
        "unsupported-extension");
    bad(
        "JWT-45 JWT-28",
        "crit-empty",
        "{\"alg\":\"ES256\",\"kid\":\"k1\",\"crit\":[]}",
        PAYLOAD,
        "unsupported-extension");
    bad(
        "JWT-28",
        "b64-false",
        "{\"alg\":\"ES256\",\"kid\":\"k1\",\"b64\":false,\"crit\":[\"b64\"]}",
        PAYLOAD,
        "unsupported-extension");
    bad("JWT-44", "kid-missing", "{\"alg\":\"ES256\"}", PAYLOAD, "unknown-key");
    bad("JWT-42", "kid-number", "{\"alg\":\"ES256\",\"kid\":1}", PAYLOAD, "bad-profile");
    bad("JWT-44", "kid-empty", "{\"alg\":\"ES256\",\"kid\":\"\"}", PAYLOAD, "bad-profile");
    for (String extra :
        new String[] {
          "\"jku\":\"https://evil.example/\"",
          "\"jwk\":{" + Key.of("P-256", "evil").jwk() + "}",
          "\"x5u\":\"https://evil.example/\"",
          "\"x5c\":[]",
          "\"cty\":\"JWT\"",
          "\"x\":1"
        }) {
      bad(
          "JWT-45",
          "header-" + extra.split("\"", -1)[1],
          "{\"alg\":\"ES256\",\"kid\":\"k1\"," + extra + "}",
          PAYLOAD,
          "bad-profile");
    }
    signed(
        "JWT-45 JWT-26",
        "header-jwk-signed-by-it",
        sign(
            "{\"alg\":\"ES256\",\"kid\":\"k1\",\"jwk\":{" + Key.of("P-256", "evil").jwk() + "}}",
            PAYLOAD,
            Key.of("P-256", "evil"),
            "ES256"),
        "bad-profile");
  }

  private void claims() {
    claim(
        "JWT-11",
        "unknown-claims",
        AUD + "," + EXP + ",\"role\":\"admin\",\"x\":{\"y\":[1,null]}",
        "");
    claim("JWT-18 JWT-43", "aud-text", AUD + "," + EXP, "");
    claim("JWT-18", "aud-several", "\"aud\":[\"other\",\"reports\"]," + EXP, "");
    claim("JWT-18", "aud-number-in-list", "\"aud\":[1]," + EXP, "bad-profile");
    claim("JWT-16", "aud-missing", EXP, "bad-profile");
    claim("JWT-16", "aud-empty-list", "\"aud\":[]," + EXP, "bad-profile");
    claim("JWT-16", "aud-empty", "\"aud\":\"\"," + EXP, "bad-profile");
    claim("JWT-16", "aud-null", "\"aud\":null," + EXP, "bad-profile");
    claim("JWT-42", "aud-object", "\"aud\":{\"reports\":1}," + EXP, "bad-profile");
    for (String aud : new String[] {"report", "reportss", "Reports", " reports", "reports/"}) {
      claim(
          "JWT-17",
          "aud-" + aud.strip() + (aud.startsWith(" ") ? "-space" : ""),
          "\"aud\":\"" + aud + "\"," + EXP,
          "wrong-audience");
    }
    claim("JWT-22", "exp-missing", AUD, "bad-profile");
    claim("JWT-22", "exp-null", AUD + ",\"exp\":null", "bad-profile");
    claim("JWT-22 JWT-42", "exp-text", AUD + ",\"exp\":\"" + (NOW + 300) + "\"", "bad-profile");
    claim("JWT-23", "exp-past", AUD + ",\"exp\":" + (NOW - 600), "expired");
    claim("JWT-23", "exp-zero", AUD + ",\"exp\":0", "expired");
    claim("JWT-23", "exp-negative", AUD + ",\"exp\":-1", "expired");
    claim("JWT-47 JWT-23", "exp-at-leeway", AUD + ",\"exp\":" + (NOW - 60), "expired");
    claim("JWT-47", "exp-within-leeway", AUD + ",\"exp\":" + (NOW - 59), "");
    claim("JWT-53", "exp-fraction", AUD + ",\"exp\":" + (NOW + 300) + ".5", "");
    claim("JWT-53", "exp-exponent", AUD + ",\"exp\":2e9", "");
    claim("JWT-53", "exp-infinite", AUD + ",\"exp\":1e400", "malformed");
    claim("JWT-53", "exp-2-to-63", AUD + ",\"exp\":9223372036854775808", "bad-profile");
    claim("JWT-27", "nbf-past", AUD + "," + EXP + ",\"nbf\":" + (NOW - 60), "");
    claim("JWT-27", "nbf-future", AUD + "," + EXP + ",\"nbf\":" + (NOW + 200), "not-yet-valid");
    claim("JWT-47", "nbf-at-leeway", AUD + "," + EXP + ",\"nbf\":" + (NOW + 60), "");
    claim(
        "JWT-47 JWT-27",
        "nbf-over-leeway",
        AUD + "," + EXP + ",\"nbf\":" + (NOW + 61),
        "not-yet-valid");
    claim("JWT-27 JWT-42", "nbf-text", AUD + "," + EXP + ",\"nbf\":\"0\"", "bad-profile");
    claim("JWT-47", "iat-future", AUD + "," + EXP + ",\"iat\":" + (NOW + 200), "");
    claim("JWT-39", "jti", AUD + "," + EXP + ",\"jti\":\"a\"", "");
    String[] subjects = {
      "",
      "web",
      "spiffe://EXAMPLE.org/web",
      "SPIFFE://example.org/web",
      "https://example.org/web",
      "spiffe://example.org/web/",
      "spiffe://example.org//web",
      "spiffe://example.org/a/../web",
      "spiffe://example.org/w%65b",
      "spiffe://example.org/web#",
      "spiffe://example.org:/web",
      "spiffe://u@example.org/web"
    };
    for (String sub : subjects) {
      bad(
          "JWT-14",
          "sub-" + sub,
          HEADER,
          "{\"sub\":\"" + sub + "\"," + AUD + "," + EXP + "}",
          "bad-spiffe-id");
    }
    bad("JWT-14", "sub-missing", HEADER, "{" + AUD + "," + EXP + "}", "bad-spiffe-id");
    bad(
        "JWT-14 JWT-42",
        "sub-number",
        HEADER,
        "{\"sub\":5," + AUD + "," + EXP + "}",
        "bad-spiffe-id");
    bad(
        "JWT-48",
        "sub-trust-domain",
        HEADER,
        "{\"sub\":\"spiffe://example.org\"," + AUD + "," + EXP + "}",
        "bad-profile");
  }

  private void forms() {
    String good = sign(HEADER, PAYLOAD, JWT, "ES256");
    String[] p = good.split("\\.", -1);
    String json =
        "{\"payload\":\""
            + p[1]
            + "\",\"protected\":\""
            + p[0]
            + "\",\"signature\":\""
            + p[2]
            + "\"}";
    signed("JWT-01 JWT-30", "json-flattened", json, "malformed");
    signed(
        "JWT-01 JWT-30",
        "json-general",
        "{\"payload\":\""
            + p[1]
            + "\",\"signatures\":[{\"protected\":\""
            + p[0]
            + "\",\"signature\":\""
            + p[2]
            + "\"}]}",
        "malformed");
    signed(
        "JWT-02",
        "five-parts",
        part("{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}") + ".a.b.c.d",
        "malformed");
    signed("JWT-29", "two-parts", p[0] + "." + p[1], "malformed");
    signed("JWT-29", "four-parts", good + ".", "malformed");
    signed("JWT-29", "empty", "", "no-svid");
    signed("JWT-29", "padding", p[0] + "=." + p[1] + "." + p[2], "malformed");
    signed("JWT-29", "padded-signature", good + "==", "malformed");
    signed("JWT-29", "newline-after", good + "\n", "malformed");
    signed("JWT-29", "space-before", " " + good, "malformed");
    signed(
        "JWT-29",
        "standard-alphabet",
        p[0] + "." + p[1] + "." + "+" + p[2].substring(1),
        "malformed");
    bad(
        "JWT-29",
        "alg-twice",
        "{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"k1\"}",
        PAYLOAD,
        "malformed");
    bad(
        "JWT-29",
        "sub-twice",
        HEADER,
        "{\"sub\":\"spiffe://example.org/a\"," + PAYLOAD.substring(1),
        "malformed");
    bad(
        "JWT-29",
        "sub-twice-escaped",
        HEADER,
        "{\"s\\u0075b\":\"spiffe://example.org/a\"," + PAYLOAD.substring(1),
        "malformed");
    bad("JWT-29", "payload-list", HEADER, "[" + PAYLOAD + "]", "malformed");
    bad("JWT-29", "payload-not-json", HEADER, "hello", "malformed");
    bad("JWT-29", "payload-and-more", HEADER, PAYLOAD + "x", "malformed");
    bad("JWT-29", "header-not-json", "hello", PAYLOAD, "malformed");
    signed(
        "JWT-26",
        "payload-changed",
        p[0] + "." + part(PAYLOAD.replace("/web", "/admin")) + "." + p[2],
        "bad-signature");
    signed(
        "JWT-26",
        "header-changed",
        part(HEADER.replace("JWT", "JOSE")) + "." + p[1] + "." + p[2],
        "bad-signature");
    signed("JWT-26", "no-signature", p[0] + "." + p[1] + ".", "bad-signature");
    byte[] input = (p[0] + "." + p[1]).getBytes(StandardCharsets.US_ASCII);
    BigInteger[] rs = JWT.ecdsa("ES256", input);
    signed(
        "JWT-07",
        "signature-der",
        p[0] + "." + p[1] + "." + Key.base64Url(Key.der(rs)),
        "bad-signature");
    signed(
        "JWT-07",
        "signature-zero",
        p[0] + "." + p[1] + "." + Key.base64Url(new byte[64]),
        "bad-signature");
    signed(
        "JWT-07",
        "signature-short",
        p[0] + "." + p[1] + "." + Key.base64Url(new byte[63]),
        "bad-signature");
    signed(
        "JWT-07",
        "signature-long",
        p[0]
            + "."
            + p[1]
            + "."
            + Key.base64Url(java.util.Arrays.copyOf(JWT.sign("ES256", input), 65)),
        "bad-signature");
    byte[] full = new byte[64];
    java.util.Arrays.fill(full, (byte) 0xff);
    signed(
        "JWT-07",
        "signature-above-order",
        p[0] + "." + p[1] + "." + Key.base64Url(full),
        "bad-signature");
  }

  private void keysAndBundles() {
    String[][] algs = {
      {"RS256", "RSA2048"},
      {"RS384", "RSA2048"},
      {"RS512", "RSA2048"},
      {"PS256", "RSA2048"},
      {"PS384", "RSA2048"},
      {"PS512", "RSA2048"},
      {"ES256", "P-256"},
      {"ES384", "P-384"},
      {"ES512", "P-521"}
    };
    for (String[] alg : algs) {
      Key key = Key.of(alg[1], "jwt");
      vectors.accept(
          "JWT-04",
          "alg-" + alg[0],
          input(
              sign(HEADER.replace("ES256", alg[0]), PAYLOAD, key, alg[0]),
              keys(entry("jwt-svid", "k1", key))),
          expected());
    }
    Key p384 = Key.of("P-384", "jwt");
    with(
        "JWT-06",
        "es256-with-p384",
        sign(HEADER, PAYLOAD, p384, "ES256"),
        keys(entry("jwt-svid", "k1", p384)),
        "unsupported-algorithm");
    with(
        "JWT-06",
        "rs256-with-p256",
        sign(HEADER.replace("ES", "RS"), PAYLOAD, JWT, "ES256"),
        bundle,
        "unsupported-algorithm");
    Key rsa = Key.of("RSA2048", "jwt");
    with(
        "JWT-06",
        "es256-with-rsa",
        sign(HEADER, PAYLOAD, rsa, "RS256"),
        keys(entry("jwt-svid", "k1", rsa)),
        "unsupported-algorithm");
    with(
        "JWT-07",
        "ps256-with-rs256-signature",
        sign(HEADER.replace("ES", "PS"), PAYLOAD, rsa, "RS256"),
        keys(entry("jwt-svid", "k1", rsa)),
        "bad-signature");
    Key weak = Key.of("RSA1024", "jwt");
    with(
        "JWT-06",
        "rsa-1024",
        sign(HEADER.replace("ES", "RS"), PAYLOAD, weak, "RS256"),
        keys(entry("jwt-svid", "k1", weak)),
        "unknown-key");
    String good = sign(HEADER, PAYLOAD, JWT, "ES256");
    with("JWT-36", "use-x509-svid", good, keys(entry("x509-svid", "k1", JWT)), "unknown-key");
    with("JWT-36", "use-wit-svid", good, keys(entry("wit-svid", "k1", JWT)), "unknown-key");
    with(
        "JWT-36 BND-27",
        "use-missing",
        good,
        keys("{\"kid\":\"k1\"," + JWT.jwk() + "}"),
        "unknown-key");
    with("JWT-36 BND-26", "use-upper", good, keys(entry("JWT-SVID", "k1", JWT)), "unknown-key");
    with("JWT-37 BND-20", "no-keys", good, keys(), "unknown-key");
    with("JWT-26", "other-kid", good, keys(entry("jwt-svid", "k2", JWT)), "unknown-key");
    with("JWT-26", "kid-other-case", good, keys(entry("jwt-svid", "K1", JWT)), "unknown-key");
    with(
        "JWT-26",
        "other-key",
        good,
        keys(entry("jwt-svid", "k1", Key.of("P-256", "other"))),
        "bad-signature");
    with(
        "JWT-52",
        "symmetric-key",
        good,
        keys("{\"use\":\"jwt-svid\",\"kid\":\"k1\",\"kty\":\"oct\",\"k\":\"AAAA\"}"),
        "unknown-key");
    with(
        "JWT-50",
        "kid-twice",
        good,
        keys(entry("jwt-svid", "k1", JWT), entry("jwt-svid", "k1", Key.of("P-256", "other"))),
        "unknown-key");
    JsonObject other = object("trust_domain", "example.com", "document", bundle);
    vectors.reject(
        "JWT-38 BND-04", "bundle-of-other-trust-domain", input(good, array(other)), "no-bundle");
    vectors.reject(
        "JWT-38 ID-31",
        "key-of-other-trust-domain",
        input(
            good,
            array(
                other,
                object(
                    "trust_domain",
                    "example.org",
                    "document",
                    keys(entry("jwt-svid", "k1", Key.of("P-256", "other")))))),
        "bad-signature");
    vectors.accept(
        "JWT-38 BND-28",
        "two-bundles",
        input(good, array(other, object("trust_domain", "example.org", "document", bundle))),
        expected());
  }

  private void claim(String rows, String name, String rest, String reason) {
    String payload = Token.payload(rest);
    if (reason.isEmpty()) {
      good(rows, name, HEADER, payload);
    } else {
      bad(rows, name, HEADER, payload, reason);
    }
  }

  private void good(String rows, String name, String header, String payload) {
    vectors.accept(rows, name, input(sign(header, payload, JWT, "ES256"), bundle), expected());
  }

  private void bad(String rows, String name, String header, String payload, String reason) {
    signed(rows, name, sign(header, payload, JWT, "ES256"), reason);
  }

  private void signed(String rows, String name, String token, String reason) {
    with(rows, name, token, bundle, reason);
  }

  private void with(String rows, String name, String token, String document, String reason) {
    vectors.reject(rows, name, input(token, document), reason);
  }

  private static JsonObject input(String token, String document) {
    return input(token, array(object("trust_domain", "example.org", "document", document)));
  }

  private static JsonObject input(String token, JsonArray bundles) {
    return object(
        "token",
        token,
        "bundles",
        bundles,
        "audiences",
        array("reports"),
        "time",
        Token.TIME,
        "leeway_seconds",
        60);
  }

  private static JsonObject expected() {
    return object(
        "spiffe_id", "spiffe://example.org/web", "trust_domain", "example.org", "path", "/web");
  }
}
