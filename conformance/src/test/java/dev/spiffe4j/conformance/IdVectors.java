package dev.spiffe4j.conformance;

import static dev.spiffe4j.conformance.Vectors.array;
import static dev.spiffe4j.conformance.Vectors.object;

/** SPIFFE IDs and the names of trust domains. */
final class IdVectors {
  private final Vectors ids = new Vectors("spiffe-id");
  private final Vectors names = new Vectors("trust-domain");

  Vectors ids() {
    good("ID-06", "trust-domain-alone", "example.org", "");
    good("ID-01", "scheme", "example.org", "/a");
    good("ID-12", "ipv4", "10.0.0.1", "/a");
    for (String td : new String[] {"my_td", "-a", "a.1", "1.2.3.999", "a..b", "a-", "_a", "1"}) {
      good("ID-14", "like-no-host-" + td, td, "/a");
    }
    for (String td : new String[] {"td.", ".td"}) {
      good("ID-52", "dots-" + td, td, "/a");
    }
    for (String path : new String[] {"/...", "/..a", "/.a", "/a.", "/a../b", "/a/..b/c"}) {
      good("ID-20", "dots-in" + path.replace('/', '-'), "td", path);
    }
    good(
        "ID-22",
        "every-letter",
        "td",
        "/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");
    good("ID-10", "every-name-letter", "abcdefghijklmnopqrstuvwxyz0123456789.-_", "");
    good("ID-23", "hierarchy", "td", "/ns/x/sa/y");
    good("ID-23", "uuid", "td", "/ca761232-ed42-11ce-bacd-00aa0057b223");
    good("ID-19", "seven-segments", "td", "/a/b/c/d/e/f/g");
    good("ID-21", "no-slash-at-the-end", "td", "/a/b");
    good("ID-28", "name-of-255", "a".repeat(255), "/a");
    good("ID-25 ID-27", "of-2047", "td", "/" + "a".repeat(2047 - 12));
    good("ID-25 ID-27", "of-2048", "td", "/" + "a".repeat(2048 - 12));
    bad("ID-50 ID-27", "of-2049", "spiffe://td/" + "a".repeat(2049 - 12), "too-long");
    bad(
        "ID-50 ID-28",
        "name-of-256",
        "spiffe://" + "a".repeat(256) + "/a",
        "trust-domain-too-long");
    bad("ID-02", "empty", "", "empty");
    for (String text :
        new String[] {
          "s",
          "spiffe",
          "spiffe:",
          "spiffe:/",
          "spiffe:td/p",
          "spiffe:/td/p",
          "http://td/p",
          "https://td/p",
          "sparfe://td/p",
          "spiffes://td/p",
          "xspiffe://td/p",
          "//td/p",
          "://td/p",
          "td/p",
          "/p",
          "192.168.2.2:6688"
        }) {
      bad("ID-01", "scheme-" + text, text, "wrong-scheme");
    }
    bad("ID-02", "no-name", "spiffe://", "missing-trust-domain");
    bad("ID-02", "no-name-slash", "spiffe:///", "missing-trust-domain");
    bad("ID-02", "no-name-path", "spiffe:///p", "missing-trust-domain");
    bad("ID-02", "four-slashes", "spiffe:////p", "missing-trust-domain");
    bad("ID-03", "query", "spiffe://td/p?a=b", "bad-path-character");
    bad("ID-03", "bare-query", "spiffe://td/p?", "bad-path-character");
    bad("ID-03", "query-after-name", "spiffe://td?a=b", "bad-trust-domain-character");
    bad("ID-04", "fragment", "spiffe://td/p#f", "bad-path-character");
    bad("ID-04 ID-51", "bare-fragment", "spiffe://td/p#", "bad-path-character");
    bad("ID-04", "fragment-after-name", "spiffe://td#", "bad-trust-domain-character");
    bad("ID-05", "leading-space", " spiffe://td/p", "wrong-scheme");
    bad("ID-05", "leading-newline", "\nspiffe://td/p", "wrong-scheme");
    bad("ID-05", "byte-order-mark", "\ufeffspiffe://td/p", "wrong-scheme");
    bad("ID-05", "trailing-space", "spiffe://td/p ", "bad-path-character");
    bad("ID-05", "trailing-newline", "spiffe://td/p\n", "bad-path-character");
    bad("ID-05", "trailing-return", "spiffe://td/p\r", "bad-path-character");
    bad("ID-05", "nul-in-path", "spiffe://td/p\u0000", "bad-path-character");
    bad("ID-05", "nul-in-name", "spiffe://td\u0000.evil/p", "bad-trust-domain-character");
    for (String authority : new String[] {"u@td", "@td", "u:p@td", ":@td"}) {
      bad(
          "ID-07",
          "user-" + authority,
          "spiffe://" + authority + "/p",
          "bad-trust-domain-character");
    }
    for (String authority : new String[] {"td:80", "td:", "10.0.0.1:80"}) {
      bad(
          "ID-08",
          "port-" + authority,
          "spiffe://" + authority + "/p",
          "bad-trust-domain-character");
    }
    bad("ID-09", "upper-name", "spiffe://TD/p", "bad-trust-domain-character");
    bad("ID-09", "mixed-name", "spiffe://tD/p", "bad-trust-domain-character");
    bad("ID-49 ID-01", "upper-scheme", "SPIFFE://td/p", "wrong-scheme");
    bad("ID-49 ID-01", "mixed-scheme", "Spiffe://td/p", "wrong-scheme");
    bad("ID-11", "escape-in-name", "spiffe://t%64/p", "bad-trust-domain-character");
    bad("ID-11", "escaped-dot-in-name", "spiffe://example%2eorg/p", "bad-trust-domain-character");
    bad("ID-13", "ipv6", "spiffe://[::1]/p", "bad-trust-domain-character");
    bad("ID-13", "ipv6-port", "spiffe://[2001:db8::1]:80/p", "bad-trust-domain-character");
    for (String path : new String[] {"/a%2Fb", "/%61", "/%2e%2e", "/a%00", "/%"}) {
      bad("ID-18", "escape" + path, "spiffe://td" + path, "bad-path-character");
    }
    for (String path : new String[] {"//a", "/a//b", "///a"}) {
      bad("ID-19", "empty-segment" + path, "spiffe://td" + path, "empty-segment");
    }
    for (String path :
        new String[] {"/.", "/..", "/./a", "/../a", "/a/.", "/a/..", "/a/./b", "/a/../b"}) {
      bad("ID-20", "dot-segment" + path, "spiffe://td" + path, "dot-segment");
    }
    bad("ID-21", "slash-alone", "spiffe://td/", "trailing-slash");
    bad("ID-21", "slash-at-the-end", "spiffe://td/a/", "trailing-slash");
    for (String c :
        new String[] {
          "\u00e9",
          "\u0430",
          "\u017f",
          "\u212a",
          "\u0131",
          "\uff41",
          "e\u0301",
          "\ud83d\ude00",
          "\u200b"
        }) {
      String name =
          "u%04x"
              .formatted(
                  c.codePointAt(c.length() - Character.charCount(c.codePointBefore(c.length()))));
      bad("ID-29", "name-" + name, "spiffe://t" + c + "d/p", "bad-trust-domain-character");
      bad("ID-29", "path-" + name, "spiffe://td/p" + c, "bad-path-character");
    }
    bad("ID-29", "long-s-scheme", "\u017fpiffe://td/p", "wrong-scheme");
    sweep();
    compare();
    segments();
    return ids;
  }

  private void sweep() {
    for (int c = 0; c < 0x80; c++) {
      String name = "u%04x".formatted(c);
      boolean lower = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "-._".indexOf(c) >= 0;
      String rows = "~!$&'()*+,;=".indexOf(c) >= 0 ? "ID-10 ID-53" : "ID-10";
      if (c == '/') {
        continue;
      }
      if (lower) {
        good("ID-10", "name-with-" + name, "t" + (char) c + "d", "/p");
      } else {
        bad(
            rows,
            "name-with-" + name,
            "spiffe://t" + (char) c + "d/p",
            "bad-trust-domain-character");
      }
      if (lower || (c >= 'A' && c <= 'Z')) {
        good("ID-22", "path-with-" + name, "td", "/p" + (char) c);
      } else {
        bad(
            rows.replace("ID-10", "ID-22"),
            "path-with-" + name,
            "spiffe://td/p" + (char) c,
            "bad-path-character");
      }
    }
  }

  private void compare() {
    String[][] pairs = {
      {"ID-30", "path-case", "spiffe://td/A", "spiffe://td/a", "false"},
      {"ID-30", "same", "spiffe://td/A", "spiffe://td/A", "true"},
      {"ID-15", "subdomain", "spiffe://a.example.org/p", "spiffe://example.org/p", "false"},
      {"ID-14", "dot-at-the-end", "spiffe://td./p", "spiffe://td/p", "false"},
    };
    for (String[] pair : pairs) {
      ids.accept(
          pair[0],
          "equal-" + pair[1],
          object("operation", "equal", "texts", array(pair[2], pair[3])),
          object("equal", Boolean.parseBoolean(pair[4])));
    }
    String[][] members = {
      {"same", "spiffe://example.org/p", "example.org", "true"},
      {"trust-domain-itself", "spiffe://example.org", "example.org", "true"},
      {"subdomain", "spiffe://a.example.org/p", "example.org", "false"},
      {"suffix", "spiffe://notexample.org/p", "example.org", "false"},
      {"prefix", "spiffe://example.org.evil/p", "example.org", "false"},
    };
    for (String[] member : members) {
      ids.accept(
          "ID-15",
          "member-" + member[0],
          object("operation", "member", "text", member[1], "trust_domain", member[2]),
          object("member", Boolean.parseBoolean(member[3])));
    }
  }

  private void segments() {
    ids.accept("ID-24", "segments-none", built(), object("text", "spiffe://td"));
    ids.accept("ID-24", "segments-two", built("foo", "Bar"), object("text", "spiffe://td/foo/Bar"));
    String[][] bad = {
      {"a/b", "bad-path-character"},
      {"/", "bad-path-character"},
      {"$", "bad-path-character"},
      {"..", "dot-segment"},
      {".", "dot-segment"},
      {"", "empty-segment"},
      {"%2e", "bad-path-character"}
    };
    for (String[] one : bad) {
      ids.reject("ID-24", "segment-" + one[0] + "-", built("a", one[0]), one[1]);
    }
  }

  private static com.google.gson.JsonObject built(String... segments) {
    return object(
        "operation", "build", "trust_domain", "td", "segments", array((Object[]) segments));
  }

  private void good(String rows, String name, String td, String path) {
    ids.accept(
        rows,
        name,
        object("operation", "parse", "text", "spiffe://" + td + path),
        object("trust_domain", td, "path", path));
  }

  private void bad(String rows, String name, String text, String reason) {
    ids.reject(rows, name, object("operation", "parse", "text", text), reason);
  }

  Vectors names() {
    for (String td :
        new String[] {"example.org", "a", "1.2.3.4", "my_td", "_dmarc.example.org", "-a", "a..b"}) {
      names.accept("ID-14", "good-" + td, object("text", td), object("trust_domain", td));
    }
    names.accept(
        "ID-28",
        "of-255",
        object("text", "a".repeat(255)),
        object("trust_domain", "a".repeat(255)));
    names.reject("ID-50 ID-28", "of-256", object("text", "a".repeat(256)), "trust-domain-too-long");
    names.reject("ID-02", "empty", object("text", ""), "missing-trust-domain");
    String[][] bad = {
      {"ID-09", "TD"},
      {"ID-07", "u@td"},
      {"ID-08", "td:80"},
      {"ID-08", "td:"},
      {"ID-13", "[::1]"},
      {"ID-11", "t%64"},
      {"ID-10", "td?q"},
      {"ID-10", "td#f"},
      {"ID-10", "t d"},
      {"ID-10", "td\n"},
      {"ID-29", "t\u0430"},
      {"ID-10", "td/p"}
    };
    for (String[] one : bad) {
      names.reject(
          one[0],
          "bad-" + one[1].replaceAll("[^a-zA-Z0-9\\[\\]:%@?#/]", "_"),
          object("text", one[1]),
          "bad-trust-domain-character");
    }
    return names;
  }
}
