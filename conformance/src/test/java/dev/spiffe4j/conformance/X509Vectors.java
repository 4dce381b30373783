package dev.spiffe4j.conformance;

import static dev.spiffe4j.conformance.Vectors.array;
import static dev.spiffe4j.conformance.Vectors.object;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.spiffe4j.conformance.Cert.Issued;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;

/** Chains that peers present, and the bundles that verify them. */
final class X509Vectors {
  private static final String WEB = "spiffe://example.org/web";
  private static final String SAN = "2.5.29.17";
  private static final String USAGE = "2.5.29.15";
  private static final String BASIC = "2.5.29.19";
  private static final String PURPOSE = "2.5.29.37";
  private static final String NAMES = "2.5.29.30";

  private final Vectors vectors = new Vectors("x509-svid");
  private final Issued root = Cert.authority("root").sans("spiffe://example.org").selfSigned();

  Vectors make() {
    leaves();
    names();
    usages();
    chains();
    anchors();
    keys();
    return vectors;
  }

  private void leaves() {
    good("X509-01 X509-31", "good", Cert.leaf(WEB));
    bad("X509-03", "two-uris", Cert.leaf(WEB, "https://example.org/x"), "bad-spiffe-id");
    bad(
        "X509-03",
        "two-uris-spiffe-last",
        Cert.leaf("https://example.org/x", WEB),
        "bad-spiffe-id");
    bad("X509-03 X509-02", "two-ids", Cert.leaf(WEB, "spiffe://example.org/db"), "bad-spiffe-id");
    bad("X509-03", "same-id-twice", Cert.leaf(WEB, WEB), "bad-spiffe-id");
    bad("X509-04", "no-san", Cert.leaf(), "bad-spiffe-id");
    bad(
        "X509-04 X509-06",
        "dns-only",
        Cert.leaf().with(SAN, false, Cert.names(Cert.name(2, ascii("example.org")))),
        "bad-spiffe-id");
    bad(
        "X509-06",
        "id-as-dns",
        Cert.leaf().with(SAN, false, Cert.names(Cert.name(2, ascii(WEB)))),
        "bad-spiffe-id");
    bad(
        "X509-06",
        "id-as-email",
        Cert.leaf().with(SAN, false, Cert.names(Cert.name(1, ascii(WEB)))),
        "bad-spiffe-id");
    bad(
        "X509-06",
        "id-as-common-name",
        Cert.leaf().copy("CN=spiffe://example.org/web", Key.of("P-256", "leaf")),
        "bad-spiffe-id");
    good(
        "X509-05",
        "dns-beside",
        Cert.leaf()
            .with(
                SAN,
                false,
                Cert.names(
                    Cert.name(2, ascii("web.example.org")),
                    Cert.name(6, ascii(WEB)),
                    Cert.name(1, ascii("a@example.org")),
                    Cert.name(7, new byte[] {10, 0, 0, 1}))));
    good(
        "X509-09",
        "empty-subject",
        Cert.leaf()
            .copy("", Key.of("P-256", "leaf"))
            .with(SAN, true, Cert.names(Cert.name(6, ascii(WEB)))));
    bad(
        "X509-08 X509-35 X509-48 ID-42",
        "trust-domain-id",
        Cert.leaf("spiffe://example.org"),
        "bad-profile");
    String[][] ids = {
      {"X509-34", "https", "https://example.org/web"},
      {"X509-34", "sparfe", "sparfe://example.org/web"},
      {"ID-49", "upper-scheme", "SPIFFE://example.org/web"},
      {"ID-49 ID-09", "upper-name", "spiffe://EXAMPLE.org/web"},
      {"ID-51 ID-04", "bare-fragment", WEB + "#"},
      {"ID-51 ID-03", "bare-query", WEB + "?"},
      {"ID-21", "slash-at-the-end", WEB + "/"},
      {"ID-19", "empty-segment", "spiffe://example.org//web"},
      {"ID-20", "dots", "spiffe://example.org/a/../web"},
      {"ID-18", "escape", "spiffe://example.org/w%65b"},
      {"ID-08", "port", "spiffe://example.org:443/web"},
      {"ID-08", "empty-port", "spiffe://example.org:/web"},
      {"ID-07", "user", "spiffe://u@example.org/web"},
      {"ID-02", "no-name", "spiffe:///web"},
      {"ID-05", "nul", WEB + "\u0000.evil"},
      {"ID-05", "newline", WEB + "\n"},
      {"ID-50", "too-long", "spiffe://example.org/" + "a".repeat(2048)},
      {"ID-29", "not-ascii", "spiffe://example.org/w\u00e9b"},
      {"X509-34", "not-a-uri", "not a uri"},
      {"X509-34", "empty", ""}
    };
    for (String[] id : ids) {
      bad(id[0], "uri-" + id[1], Cert.leaf(id[2]), "bad-spiffe-id");
    }
    byte[] bytes = ascii(WEB);
    bytes[bytes.length - 1] = (byte) 0xe9;
    bad(
        "ID-29 X509-30",
        "uri-byte-above-127",
        Cert.leaf().with(SAN, false, Cert.names(Cert.name(6, bytes))),
        "bad-spiffe-id");
    bad(
        "X509-03 X509-30",
        "two-san-extensions",
        Cert.leaf(WEB).add(SAN, false, Cert.names(Cert.name(6, ascii("spiffe://example.org/db")))),
        "malformed");
    bad(
        "ID-51 X509-30",
        "san-with-bytes-after-it",
        Cert.leaf().with(SAN, false, join(Cert.names(Cert.name(6, ascii(WEB))), new byte[] {5, 0})),
        "malformed");
    bad(
        "X509-30",
        "unknown-critical-extension",
        Cert.leaf(WEB).with("1.2.3.4", true, new DERUTF8String("x")),
        "unsupported-extension");
    good(
        "X509-30 ID-39",
        "unknown-extension",
        Cert.leaf(WEB).with("1.2.3.4", false, new DERUTF8String("x")));
  }

  private void names() {
    good("ID-52", "dot-at-the-end", Cert.leaf("spiffe://example.org./web"), "example.org.");
    Issued name = Cert.authority("names").with(NAMES, true, permitted("example.org")).by(root);
    good("X509-20 X509-19", "permitted-host", Cert.leaf(WEB).by(name), name);
    Issued other = Cert.authority("names").with(NAMES, true, permitted("example.com")).by(root);
    bad("X509-20", "other-host", Cert.leaf(WEB).by(other), "constraint-violated", other);
    Issued below = Cert.authority("names").with(NAMES, true, permitted(".example.org")).by(root);
    bad("X509-20", "host-below", Cert.leaf(WEB).by(below), "constraint-violated", below);
    Issued out =
        Cert.authority("names")
            .with(
                NAMES,
                true,
                new NameConstraints(null, new GeneralSubtree[] {subtree("example.org")}))
            .by(root);
    bad("X509-20", "excluded-host", Cert.leaf(WEB).by(out), "constraint-violated", out);
    Issued deep = Cert.authority("deep").by(other);
    bad("X509-20", "two-levels-below", Cert.leaf(WEB).by(deep), "constraint-violated", deep, other);
  }

  private void usages() {
    bad("X509-32 X509-07 X509-15 X509-18", "leaf-ca", Cert.leaf(WEB).ca(true), "bad-profile");
    bad(
        "X509-33 X509-26",
        "leaf-cert-sign",
        Cert.leaf(WEB).usage(KeyUsage.digitalSignature | KeyUsage.keyCertSign),
        "bad-profile");
    bad(
        "X509-33 X509-26",
        "leaf-crl-sign",
        Cert.leaf(WEB).usage(KeyUsage.digitalSignature | KeyUsage.cRLSign),
        "bad-profile");
    good(
        "X509-25",
        "leaf-key-encipherment",
        Cert.leaf(WEB)
            .usage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.keyAgreement));
    bad("X509-50", "leaf-no-usage", Cert.leaf(WEB).without(USAGE), "bad-profile");
    bad(
        "X509-50",
        "leaf-no-digital-signature",
        Cert.leaf(WEB).usage(KeyUsage.keyEncipherment),
        "bad-profile");
    good(
        "X509-50",
        "leaf-usage-not-critical",
        Cert.leaf(WEB).with(USAGE, false, new KeyUsage(KeyUsage.digitalSignature)));
    good("X509-52", "leaf-no-basic-constraints", Cert.leaf(WEB).without(BASIC));
    good(
        "X509-28",
        "both-purposes",
        Cert.leaf(WEB)
            .with(
                PURPOSE,
                false,
                new ExtendedKeyUsage(
                    new KeyPurposeId[] {
                      KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    })));
    good(
        "X509-51",
        "client-purpose",
        Cert.leaf(WEB).with(PURPOSE, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)));
    bad(
        "X509-51",
        "code-signing-purpose",
        Cert.leaf(WEB).with(PURPOSE, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning)),
        "constraint-violated");
    bad(
        "X509-30",
        "expired",
        Cert.leaf(WEB).validity(Cert.NOW.minusSeconds(60), Cert.NOW.minusSeconds(1)),
        "expired");
    bad(
        "X509-30",
        "not-yet-valid",
        Cert.leaf(WEB).validity(Cert.NOW.plusSeconds(1), Cert.NOW.plusSeconds(60)),
        "not-yet-valid");
    good("X509-30", "valid-at-both-ends", Cert.leaf(WEB).validity(Cert.NOW, Cert.NOW));
    good(
        "X509-30",
        "valid-to-9999",
        Cert.leaf(WEB).validity(Cert.NOW, Instant.parse("9999-12-31T23:59:59Z")));
    bad("X509-30", "negative-serial", Cert.leaf(WEB).serial(BigInteger.valueOf(-5)), "bad-profile");
    byte[] tampered = Cert.leaf(WEB).by(root).der();
    tampered[tampered.length - 1] ^= 1;
    bad("X509-30", "bad-signature", Issued.of(tampered, "", root.key()), "bad-signature");
    bad(
        "X509-19 X509-30",
        "leaf-name-constraints",
        Cert.leaf(WEB).with(NAMES, true, permitted("example.org")),
        "bad-profile");
  }

  private void chains() {
    Issued middle = Cert.authority("middle").sans("spiffe://example.org").by(root);
    good("X509-14", "intermediate", Cert.leaf(WEB).by(middle), middle);
    Issued low = Cert.authority("low").by(middle);
    good("X509-14", "three-levels", Cert.leaf(WEB).by(low), low, middle);
    bad("X509-30", "intermediate-missing", Cert.leaf(WEB).by(low), "untrusted-chain", low);
    Issued foreign = Cert.authority("middle").sans("spiffe://example.com").by(root);
    good(
        "X509-53 X509-14",
        "intermediate-of-other-trust-domain",
        Cert.leaf(WEB).by(foreign),
        foreign);
    Issued path = Cert.authority("middle").sans("spiffe://example.org/x").by(root);
    bad("X509-53 X509-12", "intermediate-with-path", Cert.leaf(WEB).by(path), "bad-profile", path);
    Issued noCa = Cert.authority("middle").ca(false).by(root);
    bad(
        "X509-30 X509-10 X509-17",
        "intermediate-no-ca",
        Cert.leaf(WEB).by(noCa),
        "constraint-violated",
        noCa);
    Issued noBasic = Cert.authority("middle").without(BASIC).by(root);
    bad(
        "X509-30 X509-17",
        "intermediate-no-basic-constraints",
        Cert.leaf(WEB).by(noBasic),
        "constraint-violated",
        noBasic);
    Issued noSign = Cert.authority("middle").usage(KeyUsage.digitalSignature).by(root);
    bad(
        "X509-30 X509-23",
        "intermediate-no-cert-sign",
        Cert.leaf(WEB).by(noSign),
        "constraint-violated",
        noSign);
    Issued signing =
        Cert.authority("middle").usage(KeyUsage.keyCertSign | KeyUsage.digitalSignature).by(root);
    good("X509-49", "intermediate-digital-signature", Cert.leaf(WEB).by(signing), signing);
    Issued old =
        Cert.authority("middle")
            .validity(Cert.NOW.minusSeconds(60), Cert.NOW.minusSeconds(1))
            .by(root);
    bad("X509-30", "intermediate-expired", Cert.leaf(WEB).by(old), "expired", old);
    Issued early =
        Cert.authority("middle")
            .validity(Cert.NOW.plusSeconds(1), Cert.NOW.plusSeconds(60))
            .by(root);
    bad("X509-30", "intermediate-not-yet-valid", Cert.leaf(WEB).by(early), "not-yet-valid", early);
    Issued zero = Cert.authority("middle").pathLength(0).by(root);
    good("X509-16", "path-length-kept", Cert.leaf(WEB).by(zero), zero);
    Issued under = Cert.authority("low").by(zero);
    bad(
        "X509-16 X509-30",
        "path-length-over",
        Cert.leaf(WEB).by(under),
        "constraint-violated",
        under,
        zero);
    Issued critical =
        Cert.authority("middle").with("1.2.3.4", true, new DERUTF8String("x")).by(root);
    bad(
        "X509-30",
        "intermediate-unknown-critical-extension",
        Cert.leaf(WEB).by(critical),
        "unsupported-extension",
        critical);
    Issued web = Cert.leaf(WEB).by(root);
    Issued minted = Cert.leaf("spiffe://example.org/admin").by(web);
    bad("X509-30 X509-32", "signed-by-a-leaf", minted, "constraint-violated", web);
    bad("X509-31", "self-signed", Cert.leaf(WEB).selfSigned(), "untrusted-chain");
    vectors.reject(
        "X509-04", "no-certificate", input(array(), bundle("example.org", root)), "no-svid");
  }

  private void anchors() {
    Issued other = Cert.authority("other").sans("spiffe://example.com").selfSigned();
    JsonArray both = array(one("example.org", root), one("example.com", other));
    Issued web = Cert.leaf(WEB).by(root);
    vectors.accept(
        "X509-31 ID-31 BND-28", "two-bundles", input(chain(web), both), expected("example.org"));
    vectors.reject(
        "X509-31 ID-31 BND-28",
        "root-of-other-trust-domain",
        input(chain(Cert.leaf(WEB).by(other)), both),
        "untrusted-chain");
    vectors.reject(
        "BND-04",
        "only-other-bundle",
        input(chain(web), array(one("example.com", root))),
        "no-bundle");
    vectors.reject("BND-04", "no-bundle", input(chain(web), array()), "no-bundle");
    vectors.reject(
        "BND-20 X509-47",
        "empty-bundle",
        input(chain(web), array(one("example.org"))),
        "untrusted-chain");
    Issued second = Cert.authority("root-2").selfSigned();
    vectors.accept(
        "BND-01 X509-46 ID-54",
        "two-roots",
        input(chain(Cert.leaf(WEB).by(second)), bundle("example.org", root, second)),
        expected("example.org"));
    vectors.reject(
        "BND-05",
        "root-left-out",
        input(chain(web), bundle("example.org", second)),
        "untrusted-chain");
    Issued same =
        Cert.authority("root")
            .copy("O=SPIFFE,CN=root", Key.of("P-256", "another root"))
            .selfSigned();
    vectors.reject(
        "X509-30",
        "other-root-of-same-name",
        input(chain(web), bundle("example.org", same)),
        "bad-signature");
    vectors.accept(
        "X509-30",
        "two-roots-of-same-name",
        input(chain(web), bundle("example.org", same, root)),
        expected("example.org"));
    Issued slash = Cert.authority("slash").sans("spiffe://example.org/").selfSigned();
    vectors.accept(
        "BND-48",
        "root-with-invalid-id",
        input(chain(Cert.leaf(WEB).by(slash)), bundle("example.org", slash)),
        expected("example.org"));
    Issued old =
        Cert.authority("root")
            .validity(Cert.NOW.minusSeconds(60), Cert.NOW.minusSeconds(1))
            .selfSigned();
    vectors.reject(
        "X509-54", "root-expired", input(chain(web), bundle("example.org", old)), "expired");
    Issued noCa = Cert.authority("root").ca(false).selfSigned();
    vectors.reject(
        "X509-54",
        "root-no-ca",
        input(chain(web), bundle("example.org", noCa)),
        "constraint-violated");
    Issued zero = Cert.authority("root").pathLength(0).selfSigned();
    Issued middle = Cert.authority("middle").by(zero);
    vectors.reject(
        "X509-54 X509-16",
        "root-path-length",
        input(chain(Cert.leaf(WEB).by(middle), middle), bundle("example.org", zero)),
        "constraint-violated");
    vectors.reject(
        "X509-55",
        "leaf-in-bundle",
        input(chain(web), bundle("example.org", web)),
        "untrusted-chain");
  }

  private void keys() {
    for (String type : new String[] {"P-256", "P-384", "P-521", "Ed25519", "RSA2048"}) {
      Issued ca =
          Cert.authority("root").copy("CN=" + type, Key.of(type, "root " + type)).selfSigned();
      Issued leaf = Cert.leaf(WEB).copy("CN=leaf", Key.of(type, "leaf " + type)).by(ca);
      vectors.accept(
          "X509-60",
          "keys-" + type,
          input(chain(leaf), bundle("example.org", ca)),
          expected("example.org"));
    }
    bad(
        "X509-60",
        "leaf-RSA1024",
        Cert.leaf(WEB).copy("CN=leaf", Key.of("RSA1024", "leaf")),
        "weak-key");
    bad(
        "X509-60",
        "leaf-signed-with-SHA-1",
        Cert.leaf(WEB).alg("ECDSA-SHA1"),
        "unsupported-algorithm");
  }

  private static NameConstraints permitted(String host) {
    return new NameConstraints(new GeneralSubtree[] {subtree(host)}, null);
  }

  private static GeneralSubtree subtree(String host) {
    return new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] out = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  private void good(String rows, String name, Cert leaf) {
    good(rows, name, leaf.by(root));
  }

  private void good(String rows, String name, Issued leaf, Issued... above) {
    vectors.accept(
        rows,
        name,
        input(chain(leaf, above), bundle("example.org", root)),
        expected("example.org"));
  }

  private void good(String rows, String name, Cert leaf, String trustDomain) {
    vectors.accept(
        rows, name, input(chain(leaf.by(root)), bundle(trustDomain, root)), expected(trustDomain));
  }

  private void bad(String rows, String name, Cert leaf, String reason) {
    bad(rows, name, leaf.by(root), reason);
  }

  private void bad(String rows, String name, Issued leaf, String reason, Issued... above) {
    vectors.reject(rows, name, input(chain(leaf, above), bundle("example.org", root)), reason);
  }

  private static JsonArray chain(Issued leaf, Issued... above) {
    JsonArray chain = array(leaf.base64());
    for (Issued one : above) {
      chain.add(one.base64());
    }
    return chain;
  }

  private static JsonObject one(String trustDomain, Issued... roots) {
    JsonArray all = new JsonArray();
    for (Issued one : roots) {
      all.add(one.base64());
    }
    return object("trust_domain", trustDomain, "authorities", all);
  }

  private static JsonArray bundle(String trustDomain, Issued... roots) {
    return array(one(trustDomain, roots));
  }

  private static JsonObject input(JsonArray chain, JsonArray bundles) {
    return object("chain", chain, "bundles", bundles, "time", Token.TIME);
  }

  private static JsonObject expected(String trustDomain) {
    return object(
        "spiffe_id",
        "spiffe://" + trustDomain + "/web",
        "trust_domain",
        trustDomain,
        "path",
        "/web");
  }
}
