package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.P521;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.TestTokens;
import dev.spiffe4j.jwt.jose.JsonWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever is signed verifies, over all kinds of keys; whatever is changed afterwards does not. */
final class WitPropertyTest {
  private static final List<String> ALGORITHMS =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  private static final Map<String, KeyPair> WORKLOAD_KEYS =
      Map.of(
          "ES256", TestTokens.ec("secp256r1"),
          "ES384", TestTokens.ec("secp384r1"),
          "ES512", TestTokens.ec("secp521r1"),
          "RSA", TestTokens.rsa(2048));

  private final WitProofSigner proofSigner =
      WitProofSigner.builder().clock(InstantSource.fixed(NOW)).build();

  private static KeyPair authority(String algorithm) {
    return switch (algorithm) {
      case "ES256" -> P256;
      case "ES384" -> P384;
      case "ES512" -> P521;
      default -> RSA;
    };
  }

  private static KeyPair workload(String algorithm) {
    return WORKLOAD_KEYS.getOrDefault(algorithm, WORKLOAD_KEYS.getOrDefault("RSA", P256));
  }

  private static WitSvid issue(String keyId, String algorithm, String bound, SpiffeId id) {
    KeyPair authority = authority(algorithm);
    KeyPair workload = workload(bound);
    return WitSvidSigner.builder(keyId, authority.getPrivate(), authority.getPublic())
        .algorithm(algorithm)
        .build()
        .sign(id, ConfirmationKey.of(workload.getPublic(), bound), NOW)
        .withPrivateKey(workload.getPrivate());
  }

  private static WitSvidVerifier verifier(String keyId, String algorithm) {
    WitBundle bundle =
        WitBundles.parse(
            TRUST_DOMAIN,
            WitBundles.toJson(
                WitBundle.of(TRUST_DOMAIN, Map.of(keyId, authority(algorithm).getPublic()))));
    return WitSvidVerifier.builder(id -> Optional.of(bundle))
        .clock(InstantSource.fixed(NOW))
        .build();
  }

  @Property(tries = 80)
  void whatIsSignedVerifies(
      @ForAll("algorithms") String algorithm,
      @ForAll("algorithms") String bound,
      @ForAll("keyIds") String keyId,
      @ForAll("segments") String segment,
      @ForAll("tokens") String accessToken) {
    SpiffeId id = SpiffeId.of(TRUST_DOMAIN, segment);
    WitSvid issued = issue(keyId, algorithm, bound, id);
    WitSvid svid = WitSvid.parse(issued.token(), issued.privateJwk());
    WitRequest request = WitRequest.to(URI.create("https://a.example/" + segment));
    if (!accessToken.isEmpty()) {
      request = request.withAccessToken(accessToken);
    }
    VerifiedWitSvid verified =
        WitTokens.proofVerifier()
            .build()
            .verify(
                verifier(keyId, algorithm).verify(svid.token()),
                proofSigner.sign(svid, request),
                request);
    assertThat(verified.spiffeId()).isEqualTo(id);
    assertThat(verified.confirmationKey().algorithm()).isEqualTo(bound);
  }

  @Property(tries = 120)
  void whatIsChangedDoesNot(
      @ForAll("algorithms") String algorithm,
      @ForAll("algorithms") String bound,
      @ForAll @IntRange(max = 1_000_000) int place,
      @ForAll("base64url") char other,
      @ForAll boolean inProof) {
    WitSvid svid = issue("k", algorithm, bound, WitTokens.WEB);
    WitRequest request = WitRequest.to(WitTokens.TARGET);
    String proof = proofSigner.sign(svid, request);
    String token = inProof ? svid.token() : changed(svid.token(), place, other);
    String presented = inProof ? changed(proof, place, other) : proof;
    boolean same = token.equals(svid.token()) && presented.equals(proof);

    Throwable refusal =
        catchThrowable(
            () ->
                WitTokens.proofVerifier()
                    .build()
                    .verify(verifier("k", algorithm).verify(token), presented, request));
    if (same) {
      assertThat(refusal).isNull();
    } else {
      assertThat(refusal).isInstanceOfAny(SvidVerificationException.class, WitProofException.class);
    }
  }

  private static String changed(String token, int place, char other) {
    int index = place % token.length();
    return token.substring(0, index) + other + token.substring(index + 1);
  }

  @Property(tries = 300)
  void anyTextIsRefusedAsAToken(@ForAll String text) {
    WitSvidVerifier verifier = verifier("k", "ES256");
    assertThat(catchThrowable(() -> verifier.verify(text)))
        .isInstanceOf(SvidVerificationException.class);
    assertThat(catchThrowable(() -> WitSvid.parse(text, text)))
        .isInstanceOf(InvalidDocumentException.class);
  }

  @Property(tries = 300)
  void anyTextIsRefusedAsAProof(@ForAll String text) {
    UnprovenWitSvid unproven = WitTokens.verify(WitTokens.good());
    assertThat(
            catchThrowable(
                () ->
                    WitTokens.proofVerifier()
                        .build()
                        .verify(unproven, text, WitRequest.to(WitTokens.TARGET))))
        .isInstanceOf(WitProofException.class);
  }

  @Property(tries = 300)
  void anyJwkIsReadOrRefused(@ForAll("jwks") Map<String, Object> jwk) {
    String json = new String(JsonWriter.write(jwk), StandardCharsets.UTF_8);
    String token = WitTokens.withCnf(WitTokens.cnf(json));
    Throwable refusal = catchThrowable(() -> WitTokens.verify(token));
    if (refusal != null) {
      assertThat(refusal).isInstanceOf(SvidVerificationException.class);
    }
    assertThat(catchThrowable(() -> WitSvid.parse(WitTokens.good(), json)))
        .isInstanceOf(InvalidDocumentException.class);
  }

  @Provide
  Arbitrary<String> algorithms() {
    return Arbitraries.of(ALGORITHMS);
  }

  @Provide
  Arbitrary<String> keyIds() {
    return Arbitraries.strings()
        .ofMinLength(1)
        .ofMaxLength(40)
        .filter(s -> s.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff));
  }

  @Provide
  Arbitrary<String> segments() {
    return Arbitraries.strings()
        .withChars("abcXYZ019-_.")
        .ofMinLength(1)
        .ofMaxLength(40)
        .filter(s -> !s.equals(".") && !s.equals(".."));
  }

  @Provide
  Arbitrary<String> tokens() {
    return Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(100);
  }

  @Provide
  Arbitrary<Character> base64url() {
    return Arbitraries.chars().with("ABCDwxyz0189-_.=+/ ");
  }

  @Provide
  Arbitrary<Map<String, Object>> jwks() {
    Arbitrary<String> names =
        Arbitraries.of("kty", "crv", "x", "y", "n", "e", "alg", "d", "use", "key_ops", "kid");
    Arbitrary<Object> values =
        Arbitraries.of(
            "EC",
            "RSA",
            "P-256",
            "P-384",
            "P-521",
            "ES256",
            "RS256",
            "AQAB",
            "sig",
            "",
            "A",
            1L,
            true,
            List.of("verify"),
            Map.of(),
            "A".repeat(43),
            "_".repeat(342),
            "rzP7mLCKAHWmsM6X0EwVISC_hI3ujcu95ffUkyeDGGo",
            "uOrfDljtX9m3jY-hsyhLJYaxtGkzDv5e5kmCe58Z97g");
    return Arbitraries.maps(names, values).ofMinSize(3).ofMaxSize(9);
  }
}
