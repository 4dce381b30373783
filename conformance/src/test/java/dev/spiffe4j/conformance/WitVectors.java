package dev.spiffe4j.conformance;

import static dev.spiffe4j.conformance.Token.NOW;
import static dev.spiffe4j.conformance.Token.entry;
import static dev.spiffe4j.conformance.Token.keys;
import static dev.spiffe4j.conformance.Token.payload;
import static dev.spiffe4j.conformance.Token.sign;
import static dev.spiffe4j.conformance.Vectors.array;
import static dev.spiffe4j.conformance.Vectors.object;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;

/** WIT-SVIDs that peers present, and the proofs that come with them. */
final class WitVectors {
  private static final Key WORKLOAD = Key.of("P-256", "workload");
  private static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"w1\",\"typ\":\"wit+jwt\"}";
  private static final String EXP = "\"exp\":" + (NOW + 3600);
  private static final String JWK = "{\"alg\":\"ES256\"," + WORKLOAD.jwk() + "}";
  private static final String CNF = "\"cnf\":{\"jwk\":" + JWK + "}";
  private static final String PAYLOAD = payload(EXP + "," + CNF);
  private static final String BUNDLE = keys(entry("wit-svid", "w1", Token.WIT));
  private static final String PROOF = "{\"alg\":\"ES256\",\"typ\":\"wpt+jwt\"}";
  private static final String TARGET = "https://reports.example.org/path";

  private final Vectors vectors = new Vectors("wit-svid");
  private final Vectors proofs = new Vectors("wit-proof");
  private final String svid = sign(HEADER, PAYLOAD, Token.WIT, "ES256");

  Vectors svids() {
    good("WIT-01 WIT-07", "good", HEADER, PAYLOAD);
    good("WIT-11 WIT-10", "header-unknown", HEADER.replaceFirst("\\{", "{\"x\":1,"), PAYLOAD);
    bad(
        "WIT-12",
        "crit",
        HEADER.replaceFirst("\\{", "{\"crit\":[\"x\"],\"x\":1,"),
        PAYLOAD,
        "unsupported-extension");
    bad("WIT-03", "kid-missing", "{\"alg\":\"ES256\",\"typ\":\"wit+jwt\"}", PAYLOAD, "unknown-key");
    bad("WIT-03", "kid-empty", HEADER.replace("w1", ""), PAYLOAD, "bad-profile");
    bad("WIT-04 WIT-06", "kid-other-case", HEADER.replace("w1", "W1"), PAYLOAD, "unknown-key");
    bad("WIT-07", "typ-missing", "{\"alg\":\"ES256\",\"kid\":\"w1\"}", PAYLOAD, "bad-profile");
    for (String typ : new String[] {"JWT", "JOSE", "wimse-id+jwt", "wpt+jwt"}) {
      bad("WIT-07 WIT-52", "typ-" + typ, HEADER.replace("wit+jwt", typ), PAYLOAD, "bad-profile");
    }
    bad("WIT-62", "typ-WIT+JWT", HEADER.replace("wit+jwt", "WIT+JWT"), PAYLOAD, "bad-profile");
    bad(
        "WIT-62",
        "typ-application",
        HEADER.replace("wit+jwt", "application/wit+jwt"),
        PAYLOAD,
        "bad-profile");
    for (String alg : new String[] {"none", "HS256", "EdDSA"}) {
      bad(
          "WIT-09 WIT-08",
          "alg-" + alg,
          HEADER.replace("ES256", alg),
          PAYLOAD,
          "unsupported-algorithm");
    }
    bad("WIT-13", "sub-missing", HEADER, "{" + EXP + "," + CNF + "}", "bad-spiffe-id");
    bad(
        "WIT-13",
        "sub-other-uri",
        HEADER,
        "{\"sub\":\"wimse://example.org/web\"," + EXP + "," + CNF + "}",
        "bad-spiffe-id");
    bad(
        "WIT-64",
        "sub-trust-domain",
        HEADER,
        "{\"sub\":\"spiffe://example.org\"," + EXP + "," + CNF + "}",
        "bad-profile");
    bad("WIT-15 WIT-14", "cnf-missing", HEADER, payload(EXP), "bad-profile");
    cnf("WIT-16", "text", "\"x\"", "bad-profile");
    cnf("WIT-16", "list", "[]", "bad-profile");
    cnf("WIT-16", "jwk-missing", "{}", "bad-profile");
    cnf("WIT-16", "jkt", "{\"jkt\":\"x\"}", "bad-profile");
    cnf("WIT-16", "jwk-and-kid", "{\"kid\":\"x\",\"jwk\":" + JWK + "}", "bad-profile");
    cnf("WIT-16", "jwk-text", "{\"jwk\":\"x\"}", "bad-profile");
    cnf("WIT-17", "alg-missing", "{\"jwk\":{" + WORKLOAD.jwk() + "}}", "unsupported-algorithm");
    cnf(
        "WIT-17",
        "alg-HS256",
        "{\"jwk\":" + JWK.replace("ES256", "HS256") + "}",
        "unsupported-algorithm");
    cnf(
        "WIT-17",
        "alg-EdDSA",
        "{\"jwk\":" + JWK.replace("ES256", "EdDSA") + "}",
        "unsupported-algorithm");
    cnf(
        "WIT-63",
        "alg-of-other-curve",
        "{\"jwk\":" + JWK.replace("ES256", "ES384") + "}",
        "unsupported-algorithm");
    cnf(
        "WIT-18",
        "private",
        "{\"jwk\":" + JWK.replaceFirst("\\{", "{\"d\":\"AAAA\",") + "}",
        "bad-profile");
    cnf(
        "WIT-18",
        "symmetric",
        "{\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\",\"alg\":\"ES256\"}}",
        "bad-profile");
    bad("WIT-23", "exp-missing", HEADER, payload(CNF), "bad-profile");
    bad("WIT-24", "exp-past", HEADER, payload("\"exp\":" + (NOW - 600) + "," + CNF), "expired");
    good("WIT-27", "nbf-past", HEADER, payload("\"nbf\":" + (NOW - 60) + "," + EXP + "," + CNF));
    bad(
        "WIT-28",
        "nbf-future",
        HEADER,
        payload("\"nbf\":" + (NOW + 600) + "," + EXP + "," + CNF),
        "not-yet-valid");
    bad(
        "WIT-61 WIT-28",
        "nbf-future-seconds",
        HEADER,
        payload("\"nbf\":" + (NOW + 10) + "," + EXP + "," + CNF),
        "not-yet-valid");
    good(
        "WIT-31 WIT-60",
        "iat-future",
        HEADER,
        payload("\"iat\":" + (NOW + 1800) + "," + EXP + "," + CNF));
    good(
        "WIT-36 WIT-35 WIT-19 WIT-32",
        "more-claims",
        HEADER,
        payload("\"jti\":\"a\",\"iss\":\"i\",\"role\":\"x\"," + EXP + "," + CNF));
    bad(
        "WIT-34 WIT-59",
        "aud",
        HEADER,
        payload("\"aud\":\"reports\"," + EXP + "," + CNF),
        "bad-profile");
    bad("WIT-59", "aud-empty", HEADER, payload("\"aud\":[]," + EXP + "," + CNF), "bad-profile");
    with(
        "WIT-50 WIT-51",
        "use-jwt-svid",
        svid,
        keys(entry("jwt-svid", "w1", Token.WIT)),
        "unknown-key");
    with("WIT-51", "no-keys", svid, keys(), "unknown-key");
    with("WIT-06", "other-kid", svid, keys(entry("wit-svid", "w2", Token.WIT)), "unknown-key");
    with("WIT-06", "other-key", svid, keys(entry("wit-svid", "w1", WORKLOAD)), "bad-signature");
    with("WIT-01", "two-parts", "a.b", BUNDLE, "malformed");
    vectors.reject(
        "ID-31",
        "other-bundle",
        object(
            "token",
            svid,
            "bundles",
            array(object("trust_domain", "example.com", "document", BUNDLE)),
            "time",
            Token.TIME,
            "leeway_seconds",
            60),
        "no-bundle");
    return vectors;
  }

  Vectors proofs() {
    String claims = proof(TARGET, 30, svid);
    proofs.accept(
        "WIT-41 WIT-44 WIT-65",
        "good",
        proofInput(sign(PROOF, claims, WORKLOAD, "ES256"), TARGET),
        expected());
    proof("WIT-40", "none", "", TARGET, "no-proof");
    proof("WIT-41", "other-key", sign(PROOF, claims, Token.JWT, "ES256"), TARGET, "bad-signature");
    proof(
        "WIT-41",
        "other-svid",
        sign(PROOF, proof(TARGET, 30, "x"), WORKLOAD, "ES256"),
        TARGET,
        "other-svid");
    proof(
        "WIT-56",
        "other-path",
        sign(PROOF, claims, WORKLOAD, "ES256"),
        "https://reports.example.org/other",
        "wrong-audience");
    proof(
        "WIT-56",
        "other-host",
        sign(PROOF, claims, WORKLOAD, "ES256"),
        "https://evil.example.org/path",
        "wrong-audience");
    proof(
        "WIT-53",
        "expired",
        sign(PROOF, proof(TARGET, -1, svid), WORKLOAD, "ES256"),
        TARGET,
        "expired");
    proof(
        "WIT-53",
        "exp-missing",
        sign(PROOF, claims.replace("\"exp\"", "\"x\""), WORKLOAD, "ES256"),
        TARGET,
        "bad-profile");
    proof(
        "WIT-54",
        "too-long-lived",
        sign(PROOF, proof(TARGET, 3600, svid), WORKLOAD, "ES256"),
        TARGET,
        "too-long-lived");
    proof(
        "WIT-65",
        "jti-missing",
        sign(PROOF, claims.replace("\"jti\"", "\"x\""), WORKLOAD, "ES256"),
        TARGET,
        "bad-profile");
    proof(
        "WIT-65",
        "typ-other",
        sign(PROOF.replace("wpt", "wit"), claims, WORKLOAD, "ES256"),
        TARGET,
        "bad-profile");
    proof(
        "WIT-63",
        "alg-other",
        sign(PROOF.replace("ES256", "ES384"), claims, WORKLOAD, "ES384"),
        TARGET,
        "unsupported-algorithm");
    proof("WIT-40", "svid-as-proof", svid, TARGET, "bad-profile");
    return proofs;
  }

  private static String proof(String target, long seconds, String svid) {
    String hash = Key.base64Url(Key.hash("SHA-256", svid.getBytes(StandardCharsets.US_ASCII)));
    return "{\"aud\":\"%s\",\"exp\":%d,\"jti\":\"a1\",\"wth\":\"%s\"}"
        .formatted(target, NOW + seconds, hash);
  }

  private void proof(String rows, String name, String proof, String target, String reason) {
    proofs.reject(rows, name, proofInput(proof, target), reason);
  }

  private JsonObject proofInput(String proof, String target) {
    JsonObject input = input(svid, BUNDLE);
    input.addProperty("proof", proof);
    input.addProperty("target", target);
    return input;
  }

  private void cnf(String rows, String name, String cnf, String reason) {
    bad(rows, "cnf-" + name, HEADER, payload(EXP + ",\"cnf\":" + cnf), reason);
  }

  private void good(String rows, String name, String header, String payload) {
    vectors.accept(
        rows, name, input(sign(header, payload, Token.WIT, "ES256"), BUNDLE), expected());
  }

  private void bad(String rows, String name, String header, String payload, String reason) {
    with(rows, name, sign(header, payload, Token.WIT, "ES256"), BUNDLE, reason);
  }

  private void with(String rows, String name, String token, String document, String reason) {
    vectors.reject(rows, name, input(token, document), reason);
  }

  private static JsonObject input(String token, String document) {
    return object(
        "token",
        token,
        "bundles",
        array(object("trust_domain", "example.org", "document", document)),
        "time",
        Token.TIME,
        "leeway_seconds",
        60);
  }

  private static JsonObject expected() {
    return object("spiffe_id", "spiffe://example.org/web");
  }
}
