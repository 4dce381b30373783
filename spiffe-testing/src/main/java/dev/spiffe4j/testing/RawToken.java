package dev.spiffe4j.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A JWT-SVID in the making, whose parts may be anything; as it is at first, it is a good one. */
final class RawToken {
  private static final long LIFETIME_SECONDS = 300;

  private final TestTrustDomain domain;
  private final Map<String, String> header = new LinkedHashMap<>();
  private final Map<String, String> claims = new LinkedHashMap<>();
  private @Nullable String payload;

  RawToken(TestTrustDomain domain, String path, String audience) {
    this.domain = domain;
    header("alg", "\"ES256\"").header("kid", quoted(domain.jwtSigner().keyId()));
    header("typ", "\"JWT\"");
    claim("sub", quoted(domain.id(path).toString())).claim("aud", "[" + quoted(audience) + "]");
    time("exp", LIFETIME_SECONDS).time("iat", 0);
  }

  /** Of texts that need no escapes. */
  private static String quoted(String text) {
    return '"' + text + '"';
  }

  RawToken header(String name, String json) {
    header.put(name, json);
    return this;
  }

  RawToken withoutHeader(String name) {
    header.remove(name);
    return this;
  }

  RawToken claim(String name, String json) {
    claims.put(name, json);
    return this;
  }

  RawToken withoutClaim(String name) {
    claims.remove(name);
    return this;
  }

  RawToken time(String name, long secondsFromNow) {
    return claim(name, Long.toString(domain.now().getEpochSecond() + secondsFromNow));
  }

  RawToken payload(String text) {
    payload = text;
    return this;
  }

  String aboutTrustDomain() {
    return claim("sub", quoted(domain.trustDomain().spiffeId().toString())).signed();
  }

  String signed() {
    String input = input();
    return input + "." + encoded(sign(input));
  }

  String unsigned() {
    return input() + ".";
  }

  String withoutSignaturePart() {
    return input();
  }

  /** With a signature that is right for other claims. */
  String signedOtherwise() {
    byte[] signature = sign(input());
    return time("iat", 1).input() + "." + encoded(signature);
  }

  String signedWithPublicKey() {
    String input = header("alg", "\"HS256\"").input();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] secret = domain.jwtSigner().publicKey().getEncoded();
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return input + "." + encoded(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HMAC", e);
    }
  }

  private String input() {
    String body = payload == null ? json(claims) : payload;
    return encoded(json(header)) + "." + encoded(body);
  }

  private static String json(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> quoted(member.getKey()) + ":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private byte[] sign(String input) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(domain.jwtKey());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has ES256", e);
    }
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
