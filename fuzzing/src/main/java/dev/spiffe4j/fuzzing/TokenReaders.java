package dev.spiffe4j.fuzzing;

import static dev.spiffe4j.fuzzing.Inputs.NOW;
import static dev.spiffe4j.fuzzing.Inputs.TRUST_DOMAIN;
import static dev.spiffe4j.fuzzing.Inputs.requireSame;
import static dev.spiffe4j.fuzzing.Inputs.text;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.BundleMap;
import dev.spiffe4j.jwt.JwtBundles;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.SpiffeBundles;
import dev.spiffe4j.jwt.wit.UnprovenWitSvid;
import dev.spiffe4j.jwt.wit.WitBundles;
import dev.spiffe4j.jwt.wit.WitHttpHeaders;
import dev.spiffe4j.jwt.wit.WitProofVerifier;
import dev.spiffe4j.jwt.wit.WitRequest;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.jwt.wit.WitSvidVerifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tokens, and the documents that hold their keys. */
final class TokenReaders {
  private static final URI TARGET = URI.create("https://reports.example.org/path");

  private TokenReaders() {}

  static void jwtSvid(byte[] data) {
    String token = text(data);
    requireSame(token, JwtSvid.parse(token).token());
  }

  /** A JWK Set in the first line, and the token that a peer presents in the second. */
  static void jwtVerification(byte[] data) {
    List<String> lines = Inputs.lines(data, 2);
    JwtBundle bundle = JwtBundles.parse(TRUST_DOMAIN, bytes(lines.get(0)));
    var verified =
        JwtSvidVerifier.builder(trustDomain -> Optional.of(bundle), "fuzz")
            .clock(() -> NOW)
            .build()
            .verify(lines.get(1).strip());
    requireSame(TRUST_DOMAIN, verified.spiffeId().trustDomain());
  }

  static void jwtBundle(byte[] data) {
    var bundle = JwtBundles.parse(TRUST_DOMAIN, data);
    requireSame(bundle, JwtBundles.parse(TRUST_DOMAIN, JwtBundles.toJson(bundle)));
  }

  static void spiffeBundle(byte[] data) {
    var bundle = SpiffeBundles.parse(TRUST_DOMAIN, data);
    requireSame(bundle, SpiffeBundles.parse(TRUST_DOMAIN, SpiffeBundles.toJson(bundle)));
  }

  static void bundleMap(byte[] data) {
    BundleMap map = BundleMap.parse(data);
    requireSame(map, BundleMap.parse(map.toJson()));
  }

  static void witBundle(byte[] data) {
    WitBundle bundle = WitBundles.parse(TRUST_DOMAIN, text(data));
    requireSame(bundle, WitBundles.parse(TRUST_DOMAIN, WitBundles.toJson(bundle)));
  }

  /** A token, and the private JWK of its workload in the second line. */
  static void witSvid(byte[] data) {
    List<String> lines = Inputs.lines(data, 2);
    WitSvid svid = WitSvid.parse(lines.get(0), lines.get(1).strip());
    WitSvid printed = WitSvid.parse(svid.token(), svid.privateJwk());
    requireSame(svid.spiffeId(), printed.spiffeId());
    requireSame(svid.privateKey(), printed.privateKey());
  }

  /** A JWK Set in the first line, and header fields in the others. */
  static void witRequest(byte[] data) {
    List<String> lines = Inputs.lines(data, 2);
    WitBundle bundle = WitBundles.parse(TRUST_DOMAIN, lines.get(0));
    WitHttpHeaders headers = WitHttpHeaders.received(fields(lines.get(1)));
    UnprovenWitSvid unproven =
        WitSvidVerifier.builder(trustDomain -> Optional.of(bundle))
            .clock(() -> NOW)
            .build()
            .verify(headers.identityToken());
    var verified =
        WitProofVerifier.builder()
            .clock(() -> NOW)
            .build()
            .verify(unproven, headers.proofToken(), headers.request(TARGET, "X-Other"));
    requireSame(TRUST_DOMAIN, verified.spiffeId().trustDomain());
  }

  private static Map<String, List<String>> fields(String text) {
    Map<String, List<String>> fields = new HashMap<>();
    for (String line : text.split("\n", 64)) {
      int colon = Math.max(0, line.indexOf(':'));
      fields
          .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
          .add(line.substring(Math.min(line.length(), colon + 1)));
    }
    return fields;
  }

  /** What a request goes to, as a URI or as a name, and other tokens in it. */
  static void witTarget(byte[] data) {
    List<String> lines = Inputs.lines(data, 3);
    Inputs.argument(
        () -> {
          WitRequest request =
              lines.get(0).startsWith("https:")
                  ? WitRequest.to(URI.create(lines.get(0)))
                  : WitRequest.toAudience(lines.get(0));
          return lines.get(1).isEmpty()
              ? request
              : request.withOtherToken(lines.get(1), lines.get(2)).withAccessToken(lines.get(2));
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
