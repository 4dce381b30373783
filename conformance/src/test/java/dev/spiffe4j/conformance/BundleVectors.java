package dev.spiffe4j.conformance;

import static dev.spiffe4j.conformance.Token.entry;
import static dev.spiffe4j.conformance.Token.keys;
import static dev.spiffe4j.conformance.Vectors.array;
import static dev.spiffe4j.conformance.Vectors.object;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.spiffe4j.conformance.Cert.Issued;

/** Bundles as documents, one by one and in maps. */
final class BundleVectors {
  private final Vectors bundles = new Vectors("spiffe-bundle");
  private final Vectors maps = new Vectors("bundle-map");
  private final Issued root = Cert.authority("root").sans("spiffe://example.org").selfSigned();
  private final Issued second = Cert.authority("root-2").selfSigned();
  private final Key key = Token.JWT;
  private final String jwt = entry("jwt-svid", "k1", key);

  Vectors bundles() {
    x509();
    tokens();
    documents();
    return bundles;
  }

  private void x509() {
    String good = x5c(root.key(), "\"" + root.base64() + "\"", "");
    String more = x5c(second.key(), "\"" + second.base64() + "\"", "");
    good("X509-36 X509-39", "x509", keys(good), expected(array(hash(root)), array(), array()));
    good(
        "X509-46",
        "x509-two",
        keys(good, more),
        expected(array(hash(root), hash(second)), array(), array()));
    ignored("X509-44", "x5c-missing", "{\"use\":\"x509-svid\"," + root.key().jwk() + "}");
    ignored("X509-44", "x5c-empty", x5c(root.key(), "", ""));
    good(
        "X509-45 X509-56",
        "x5c-two",
        keys(x5c(root.key(), "\"" + root.base64() + "\",\"" + second.base64() + "\"", "")),
        expected(array(hash(root)), array(), array()));
    ignored("X509-43 BND-27", "x509-no-use", good.replace("\"use\":\"x509-svid\",", ""));
    good(
        "X509-43",
        "x5c-on-jwt-svid",
        keys(good.replace("\"x509-svid\"", "\"jwt-svid\",\"kid\":\"a\"")),
        expected(array(), array("a"), array()));
    good(
        "X509-58",
        "kid-on-x509",
        keys(x5c(root.key(), "\"" + root.base64() + "\"", "\"kid\":\"a\",")),
        expected(array(hash(root)), array(), array()));
    ignored(
        "X509-57 X509-42", "other-key-members", x5c(second.key(), "\"" + root.base64() + "\"", ""));
    ignored(
        "X509-55",
        "leaf-as-authority",
        x5c(
            Key.of("P-256", "leaf"),
            "\"" + Cert.leaf("spiffe://example.org/web").by(root).base64() + "\"",
            ""));
    ignored("BND-44 X509-39", "x5c-broken", x5c(root.key(), "\"AAAA\"", ""));
    ignored(
        "BND-44 X509-39",
        "x5c-base64url",
        x5c(root.key(), "\"" + root.base64().replace('+', '-').replace('/', '_') + "\"", ""));
    ignored(
        "BND-44 X509-44",
        "x5c-text",
        "{\"use\":\"x509-svid\"," + root.key().jwk() + ",\"x5c\":\"" + root.base64() + "\"}");
  }

  private void tokens() {
    good("JWT-33", "jwt", keys(jwt), expected(array(), array("k1"), array()));
    good(
        "WIT-46 BND-41",
        "wit",
        keys(entry("wit-svid", "w1", key)),
        expected(array(), array(), array("w1")));
    good(
        "WIT-67 BND-21",
        "kid-of-two-uses",
        keys(jwt, entry("wit-svid", "k1", Token.WIT)),
        expected(array(), array("k1"), array("k1")));
    ignored("JWT-51 JWT-35", "kid-missing", "{\"use\":\"jwt-svid\"," + key.jwk() + "}");
    ignored("BND-27 BND-42", "use-missing", "{\"kid\":\"a\"," + key.jwk() + "}");
    for (String use : new String[] {"foo", "sig", "JWT-SVID", "X509-svid", ""}) {
      ignored("BND-27 BND-26", "use-" + use, entry(use, "a", key));
    }
    ignored("BND-18 BND-43", "kty-unknown", "{\"use\":\"jwt-svid\",\"kid\":\"a\",\"kty\":\"XYZ\"}");
    ignored("BND-43 BND-18", "crv-unknown", entry("jwt-svid", "a", key).replace("P-256", "P-999"));
    ignored(
        "BND-44 BND-24", "kty-missing", entry("jwt-svid", "a", key).replace("\"kty\":\"EC\",", ""));
    ignored(
        "JWT-52",
        "symmetric",
        "{\"use\":\"jwt-svid\",\"kid\":\"a\",\"kty\":\"oct\",\"k\":\"AAAA\"}");
    ignored(
        "JWT-52",
        "private",
        "{\"use\":\"jwt-svid\",\"kid\":\"a\",\"d\":\"AAAA\"," + key.jwk() + "}");
    ignored(
        "BND-44",
        "x-missing",
        "{\"use\":\"jwt-svid\",\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"P-256\"}");
    ignored(
        "BND-44",
        "point-off-curve",
        "{\"use\":\"jwt-svid\",\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
            + "A".repeat(43)
            + "\",\"y\":\""
            + "A".repeat(42)
            + "E\"}");
    ignored("BND-44", "entry-text", "\"hello\"");
    ignored("BND-44 JWT-06", "rsa-1024", entry("jwt-svid", "a", Key.of("RSA1024", "jwt")));
    good(
        "JWT-50",
        "kid-twice-other-key",
        keys(jwt, entry("jwt-svid", "k1", Token.WIT)),
        expected(array(), array(), array()));
    good("JWT-50", "kid-twice-same-key", keys(jwt, jwt), expected(array(), array("k1"), array()));
  }

  private void documents() {
    good("BND-19 BND-20", "keys-empty", keys(), expected(array(), array(), array()));
    good("BND-09", "keys-only", keys(jwt), expected(array(), array("k1"), array()));
    good(
        "BND-08",
        "unknown-member",
        keys(jwt).replaceFirst("\\{", "{\"x\":[{}],"),
        expected(array(), array("k1"), array()));
    for (String document :
        new String[] {"{}", "{\"keys\":null}", "{\"keys\":{}}", "{\"keys\":\"\"}", "[]", "null"}) {
      bad("BND-17 BND-45", "not-" + document.replace("\"", ""), document, "malformed");
    }
    bad("BND-07", "empty", "", "empty");
    bad("BND-07", "no-json", "hello", "malformed");
    bad("BND-07", "after-the-end", keys() + "x", "trailing-data");
    bad("BND-51", "keys-twice", "{\"keys\":[],\"keys\":[" + jwt + "]}", "malformed");
    bad("BND-51", "keys-twice-escaped", "{\"keys\":[],\"\\u006beys\":[" + jwt + "]}", "malformed");
    bad(
        "BND-51",
        "use-twice",
        keys(jwt.replaceFirst("\\{", "{\"use\":\"x509-svid\",")),
        "malformed");
    for (String number : new String[] {"0", "1", "9223372036854775807"}) {
      JsonObject expected = expected(array(), array(), array());
      expected.addProperty("sequence", number);
      good("BND-13", "sequence-" + number, member("spiffe_sequence", number), expected);
    }
    for (String number :
        new String[] {"-1", "1.5", "\"1\"", "null", "18446744073709551616", "1e3"}) {
      bad(
          "BND-46 BND-11",
          "sequence-" + number.replace("\"", "text-"),
          member("spiffe_sequence", number),
          "malformed");
    }
    for (String number : new String[] {"1", "300"}) {
      JsonObject expected = expected(array(), array(), array());
      expected.addProperty("refresh_hint", number);
      good("BND-15", "hint-" + number, member("spiffe_refresh_hint", number), expected);
    }
    for (String number : new String[] {"0", "-5"}) {
      good(
          "BND-47",
          "hint-" + number,
          member("spiffe_refresh_hint", number),
          expected(array(), array(), array()));
    }
    for (String number : new String[] {"1.5", "\"300\"", "9223372036854775808"}) {
      bad(
          "BND-47 BND-15",
          "hint-" + number.replace("\"", "text-"),
          member("spiffe_refresh_hint", number),
          "malformed");
    }
  }

  Vectors maps() {
    String empty = keys();
    map("BND-29", "empty", "{\"trust_domains\":{}}", array());
    map(
        "BND-28 BND-03",
        "two",
        "{\"trust_domains\":{\"a.example\":" + keys(jwt) + ",\"b.example\":" + empty + "}}",
        array("a.example", "b.example"));
    map(
        "BND-34 BND-49",
        "hints",
        "{\"trust_domains\":{\"a.example\":{\"spiffe_refresh_hint\":1,\"refresh_hint\":1,\"keys\":[]}}}",
        array("a.example"));
    map(
        "BND-08",
        "unknown-member",
        "{\"x\":1,\"trust_domains\":{\"a.example\":" + empty + "}}",
        array("a.example"));
    String[][] bad = {
      {"BND-29", "none", "{}", "malformed"},
      {"BND-29", "null", "{\"trust_domains\":null}", "malformed"},
      {"BND-29", "list", "{\"trust_domains\":[]}", "malformed"},
      {"BND-50", "bundle-null", "{\"trust_domains\":{\"td\":null}}", "malformed"},
      {"BND-17", "bundle-without-keys", "{\"trust_domains\":{\"td\":{}}}", "malformed"}
    };
    for (String[] one : bad) {
      maps.reject(one[0], one[1], object("document", one[2]), one[3]);
    }
    for (String name : new String[] {"spiffe://td", "TD", "td:80", "", "t%64", "t\u0430"}) {
      maps.reject(
          "BND-30",
          "name-" + name.replaceAll("[^a-zA-Z:/%0-9]", "_"),
          object("document", "{\"trust_domains\":{\"" + name + "\":" + empty + "}}"),
          "bad-spiffe-id");
    }
    maps.reject(
        "BND-32 BND-38 BND-31",
        "name-twice",
        object("document", "{\"trust_domains\":{\"a\":" + empty + ",\"a\":" + empty + "}}"),
        "malformed");
    maps.reject(
        "BND-32 BND-38",
        "name-twice-escaped",
        object("document", "{\"trust_domains\":{\"a\":" + empty + ",\"\\u0061\":" + empty + "}}"),
        "malformed");
    maps.reject(
        "BND-32",
        "trust-domains-twice",
        object("document", "{\"trust_domains\":{},\"trust_domains\":{}}"),
        "malformed");
    return maps;
  }

  private void map(String rows, String name, String document, JsonArray names) {
    maps.accept(rows, name, object("document", document), object("trust_domains", names));
  }

  private static String member(String name, String value) {
    return "{\"" + name + "\":" + value + ",\"keys\":[]}";
  }

  private static String x5c(Key key, String certificates, String rest) {
    return "{\"use\":\"x509-svid\"," + rest + key.jwk() + ",\"x5c\":[" + certificates + "]}";
  }

  static String hash(Issued certificate) {
    return java.util.HexFormat.of().formatHex(Key.hash("SHA-256", certificate.der()));
  }

  /** An entry that is not used, between two that are. */
  private void ignored(String rows, String name, String entry) {
    String after = entry("jwt-svid", "k2", Token.WIT);
    good(rows, name, keys(jwt, entry, after), expected(array(), array("k1", "k2"), array()));
  }

  private void good(String rows, String name, String document, JsonObject expected) {
    bundles.accept(
        rows, name, object("trust_domain", "example.org", "document", document), expected);
  }

  private void bad(String rows, String name, String document, String reason) {
    bundles.reject(rows, name, object("trust_domain", "example.org", "document", document), reason);
  }

  private static JsonObject expected(JsonArray x509, JsonArray jwt, JsonArray wit) {
    return object("x509_authorities", x509, "jwt_authorities", jwt, "wit_authorities", wit);
  }
}
