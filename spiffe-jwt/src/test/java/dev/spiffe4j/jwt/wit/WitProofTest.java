package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.NOW_SECONDS;
import static dev.spiffe4j.jwt.TestTokens.encode;
import static dev.spiffe4j.jwt.TestTokens.withSignature;
import static dev.spiffe4j.jwt.wit.WitTokens.PROOF_HEADER;
import static dev.spiffe4j.jwt.wit.WitTokens.TARGET;
import static dev.spiffe4j.jwt.wit.WitTokens.WEB;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD_RSA;
import static dev.spiffe4j.jwt.wit.WitTokens.cnf;
import static dev.spiffe4j.jwt.wit.WitTokens.good;
import static dev.spiffe4j.jwt.wit.WitTokens.goodProof;
import static dev.spiffe4j.jwt.wit.WitTokens.hash;
import static dev.spiffe4j.jwt.wit.WitTokens.jwk;
import static dev.spiffe4j.jwt.wit.WitTokens.proof;
import static dev.spiffe4j.jwt.wit.WitTokens.proofPayload;
import static dev.spiffe4j.jwt.wit.WitTokens.proofRefusal;
import static dev.spiffe4j.jwt.wit.WitTokens.proofVerifier;
import static dev.spiffe4j.jwt.wit.WitTokens.prove;
import static dev.spiffe4j.jwt.wit.WitTokens.verify;
import static dev.spiffe4j.jwt.wit.WitTokens.withCnf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.jwt.TestTokens;
import dev.spiffe4j.jwt.wit.WitProofException.Reason;
import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("WIT-SVID §4, §7: proofs of possession, as Workload Proof Tokens")
final class WitProofTest {
  private static final String AUD = "\"" + TARGET + "\"";
  private static final String EXP = String.valueOf(NOW_SECONDS + 30);

  @BeforeEach
  void acceptsTheGoodProof() {
    assertThat(prove(good(), goodProof(good())).spiffeId()).isEqualTo(WEB);
  }

  private static Reason refusal(String proof) {
    return proofRefusal(good(), proof);
  }

  private static String with(String more) {
    return proof(PROOF_HEADER, proofPayload(good(), "one", more));
  }

  @Test
  @DisplayName("WIT-40 a WIT-SVID without a proof authenticates nobody")
  void requiresAProof() {
    assertThat(refusal("")).isEqualTo(Reason.NO_PROOF);
    // The WIT-SVID itself proves nothing, whoever sends it twice.
    assertThat(refusal(good())).isEqualTo(Reason.BAD_PROFILE);
    WitProofException refusal =
        catchThrowableOfType(
            WitProofException.class,
            () -> proofVerifier().build().verify(verify(good()), "", WitRequest.to(TARGET)));
    assertThat(refusal.spiffeId()).contains(WEB);
  }

  @Test
  @DisplayName("ID-38, WIT-41 a proof by another key is refused")
  void requiresTheKeyOfTheSvid() {
    KeyPair other = TestTokens.ec("secp256r1");
    String payload = proofPayload(good(), "one", "");
    assertThat(refusal(TestTokens.token(PROOF_HEADER, payload, other.getPrivate(), "ES256")))
        .isEqualTo(Reason.BAD_SIGNATURE);
    // Also when the header offers it, and when the authority itself signs.
    String offered = PROOF_HEADER.replace("}", ",\"jwk\":" + jwk(other.getPublic(), "ES256") + "}");
    assertThat(refusal(TestTokens.token(offered, payload, other.getPrivate(), "ES256")))
        .isEqualTo(Reason.BAD_SIGNATURE);
    assertThat(
            refusal(
                TestTokens.token(
                    PROOF_HEADER.replace("}", ",\"kid\":\"p256\"}"),
                    payload,
                    TestTokens.P256.getPrivate(),
                    "ES256")))
        .isEqualTo(Reason.BAD_SIGNATURE);
    byte[] signature = signature(goodProof(good()));
    signature[0] ^= 1;
    assertThat(refusal(withSignature(goodProof(good()), signature)))
        .isEqualTo(Reason.BAD_SIGNATURE);
  }

  private static byte[] signature(String token) {
    return Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
  }

  @Test
  @DisplayName("WIT-41 a proof for another WIT-SVID, also one of the same key, is refused")
  void requiresAProofForThisSvid() {
    String other = withCnf(cnf(jwk(WORKLOAD.getPublic(), "ES256")));
    assertThat(other).isNotEqualTo(good());
    prove(other, goodProof(other));
    assertThat(refusal(goodProof(other))).isEqualTo(Reason.OTHER_SVID);
    // Padding, another alphabet or another hash are not the hash.
    for (String wth : new String[] {hash(good()) + "=", hash(good()).substring(1), "x", good()}) {
      String proof = proof(PROOF_HEADER, proofPayload(AUD, EXP, "one", wth, ""));
      assertThat(refusal(proof)).isEqualTo(Reason.OTHER_SVID);
    }
  }

  @Test
  @DisplayName("WIT-53 a proof that does not end is refused")
  void requiresAnEnd() {
    for (String exp : new String[] {"null", "\"soon\"", "[]", "true"}) {
      String proof = proof(PROOF_HEADER, proofPayload(AUD, exp, "one", hash(good()), ""));
      assertThat(refusal(proof)).as(exp).isEqualTo(Reason.BAD_PROFILE);
    }
    String none = proofPayload(good(), "one", "").replace("\"exp\":" + EXP + ",", "");
    assertThat(refusal(proof(PROOF_HEADER, none))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-53 a proof that has ended is refused, without leeway unless asked for")
  void refusesProofsThatEnded() {
    Instant end = NOW.plusSeconds(30);
    assertThat(refusalAt(proofVerifier(), end)).isEqualTo(Reason.EXPIRED);
    // Also where nothing is remembered.
    assertThat(refusalAt(proofVerifier().singleUse(false), end)).isEqualTo(Reason.EXPIRED);
    acceptAt(proofVerifier(), end.minusMillis(1));
    WitProofVerifier.Builder lenient = proofVerifier().leeway(Duration.ofSeconds(5));
    acceptAt(lenient, end.plusMillis(4999));
    assertThat(refusalAt(lenient, end.plusSeconds(5))).isEqualTo(Reason.EXPIRED);
  }

  private static void acceptAt(WitProofVerifier.Builder verifier, Instant now) {
    verifier
        .clock(InstantSource.fixed(now))
        .build()
        .verify(verify(good()), goodProof(good()), WitRequest.to(TARGET));
  }

  private static Reason refusalAt(WitProofVerifier.Builder verifier, Instant now) {
    return proofRefusal(
        verifier.clock(InstantSource.fixed(now)).build(),
        good(),
        goodProof(good()),
        WitRequest.to(TARGET));
  }

  @Test
  @DisplayName("WIT-53 a proof is no good once its WIT-SVID has expired, however it is kept")
  void refusesExpiredSvids() {
    UnprovenWitSvid kept = verify(good());
    Instant end = NOW.plusSeconds(300 + 60);
    String proof =
        proof(
            PROOF_HEADER,
            proofPayload(AUD, String.valueOf(end.getEpochSecond() + 30), "one", hash(good()), ""));
    WitRequest request = WitRequest.to(TARGET);
    proofVerifier()
        .clock(InstantSource.fixed(end.minusMillis(1)))
        .build()
        .verify(kept, proof, request);
    WitProofVerifier later = proofVerifier().clock(InstantSource.fixed(end)).build();
    WitProofException refusal =
        catchThrowableOfType(WitProofException.class, () -> later.verify(kept, proof, request));
    assertThat(refusal.reason()).isEqualTo(Reason.EXPIRED);
  }

  @Test
  @DisplayName("WIT-54 a proof that ends more than a minute from now is refused")
  void limitsTheLifespan() {
    acceptAt(proofVerifier(), NOW.minusSeconds(30));
    assertThat(refusalAt(proofVerifier(), NOW.minusMillis(30_001)))
        .isEqualTo(Reason.TOO_LONG_LIVED);
    acceptAt(proofVerifier().leeway(Duration.ofSeconds(5)), NOW.minusSeconds(35));
    acceptAt(proofVerifier().maxLifespan(Duration.ofMinutes(5)), NOW.minusSeconds(270));
    for (Duration bad :
        new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMillis(300_001)}) {
      assertThatIllegalArgumentException().isThrownBy(() -> proofVerifier().maxLifespan(bad));
    }
    for (Duration bad : new Duration[] {Duration.ofMillis(-1), Duration.ofSeconds(61)}) {
      assertThatIllegalArgumentException().isThrownBy(() -> proofVerifier().leeway(bad));
    }
  }

  @Test
  @DisplayName("a proof that begins in the future is refused, and iat decides nothing")
  void refusesProofsOfTheFuture() {
    prove(good(), with(",\"nbf\":" + NOW_SECONDS + ",\"iat\":" + (NOW_SECONDS + 500)));
    assertThat(refusal(with(",\"nbf\":" + (NOW_SECONDS + 1)))).isEqualTo(Reason.NOT_YET_VALID);
    assertThat(refusal(with(",\"nbf\":\"now\""))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-55 a proof is taken once, and the next one of the same sender is too")
  void takesAProofOnce() {
    WitProofVerifier verifier = proofVerifier().build();
    WitRequest request = WitRequest.to(TARGET);
    String proof = goodProof(good());
    verifier.verify(verify(good()), proof, request);
    assertThat(proofRefusal(verifier, good(), proof, request)).isEqualTo(Reason.REPLAYED);
    // The same ID under another signature is the same proof.
    assertThat(proofRefusal(verifier, good(), goodProof(good()), request))
        .isEqualTo(Reason.REPLAYED);
    String next = proof(PROOF_HEADER, proofPayload(good(), "two", ""));
    verifier.verify(verify(good()), next, request);
    // Another sender may have come to the same ID.
    String other = withCnf(cnf(jwk(WORKLOAD.getPublic(), "ES256")));
    verifier.verify(verify(other), goodProof(other), request);
  }

  @Test
  @DisplayName("WIT-55 with single use off, a proof is taken again while it lasts")
  void takesAProofAgainIfAsked() {
    WitProofVerifier verifier = proofVerifier().singleUse(false).build();
    for (int i = 0; i < 3; i++) {
      verifier.verify(verify(good()), goodProof(good()), WitRequest.to(TARGET));
    }
  }

  @Test
  @DisplayName("WIT-55 a proof that proved nothing is not remembered")
  void remembersOnlyGoodProofs() {
    WitProofVerifier verifier = proofVerifier().replayCapacity(1).build();
    WitRequest request = WitRequest.to(TARGET);
    KeyPair other = TestTokens.ec("secp256r1");
    String forged =
        TestTokens.token(
            PROOF_HEADER, proofPayload(good(), "one", ""), other.getPrivate(), "ES256");
    assertThat(proofRefusal(verifier, good(), forged, request)).isEqualTo(Reason.BAD_SIGNATURE);
    verifier.verify(verify(good()), goodProof(good()), request);
    String next = proof(PROOF_HEADER, proofPayload(good(), "two", ""));
    assertThat(proofRefusal(verifier, good(), next, request)).isEqualTo(Reason.REPLAY_CACHE_FULL);
    for (int bad : new int[] {0, -1, 10_000_001}) {
      assertThatIllegalArgumentException().isThrownBy(() -> proofVerifier().replayCapacity(bad));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"https://reports.example.org/other\"",
        "\"https://reports.example.org/path/\"",
        "\"https://reports.example.org/path?amount=1\"",
        "\"https://reports.example.org/path#part\"",
        "\"https://reports.example.org/path?\"",
        "\"https://reports.example.org/PATH\"",
        "\"https://reports.example.org/%70ath\"",
        "\"https://reports.example.org/x/../path\"",
        "\"https://reports.example.org/\"",
        "\"https://reports.example.org:8443/path\"",
        "\"https://reports.example.org.evil.example/path\"",
        "\"https://user@reports.example.org/path\"",
        "\"http://reports.example.org/path\"",
        "\"wss://reports.example.org/path\"",
        "\"reports.example.org/path\"",
        "\"/path\"",
        "\"reports\""
      })
  @DisplayName("WIT-56 a proof for another target is refused")
  void requiresTheTarget(String audience) {
    String proof = proof(PROOF_HEADER, proofPayload(audience, EXP, "one", hash(good()), ""));
    assertThat(refusal(proof)).isEqualTo(Reason.WRONG_AUDIENCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"HTTPS://Reports.Example.ORG:443/path\"",
        "[\"https://reports.example.org/path\"]"
      })
  @DisplayName("WIT-56 equivalent spellings of the target are one")
  void ignoresSpellings(String audience) {
    prove(good(), proof(PROOF_HEADER, proofPayload(audience, EXP, "one", hash(good()), "")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "\"\"",
        "1",
        "{}",
        "[]",
        "[1]",
        "[\"https://reports.example.org/path\",\"https://other.example.org/\"]"
      })
  @DisplayName("WIT-56 a proof for nobody, or for several, is refused")
  void requiresOneAudience(String audience) {
    String proof = proof(PROOF_HEADER, proofPayload(audience, EXP, "one", hash(good()), ""));
    assertThat(refusal(proof)).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-56 an alias is a target too, and a name is compared exactly")
  void knowsAliasesAndNames() {
    WitRequest request =
        WitRequest.toAudience("queue:reports").withAlias(URI.create("https://b/?x"));
    for (String audience : new String[] {"\"queue:reports\"", "\"https://b\"", "\"https://b/\""}) {
      String proof = proof(PROOF_HEADER, proofPayload(audience, EXP, "one", hash(good()), ""));
      proofVerifier().build().verify(verify(good()), proof, request);
    }
    String upper =
        proof(PROOF_HEADER, proofPayload("\"QUEUE:reports\"", EXP, "1", hash(good()), ""));
    assertThat(proofRefusal(proofVerifier().build(), good(), upper, request))
        .isEqualTo(Reason.WRONG_AUDIENCE);
  }

  @ParameterizedTest
  @CsvSource({"ath", "tth", "oth"})
  @DisplayName("WIT-56 the other tokens are those that the proof covers, all of them and no others")
  void comparesOtherTokens(String claim) {
    String covered = with(",\"" + claim + "\":" + value(claim, hash("token")));
    WitRequest plain = WitRequest.to(TARGET);
    WitRequest same = withToken(plain, claim, "token");
    proofVerifier().build().verify(verify(good()), covered, same);

    WitProofVerifier verifier = proofVerifier().build();
    assertThat(proofRefusal(verifier, good(), covered, plain)).isEqualTo(Reason.OTHER_TOKENS);
    assertThat(proofRefusal(verifier, good(), covered, withToken(plain, claim, "other")))
        .isEqualTo(Reason.OTHER_TOKENS);
    assertThat(proofRefusal(verifier, good(), goodProof(good()), same))
        .isEqualTo(Reason.OTHER_TOKENS);
  }

  private static String value(String claim, String hash) {
    return claim.equals("oth") ? "{\"x-user\":\"" + hash + "\"}" : "\"" + hash + "\"";
  }

  private static WitRequest withToken(WitRequest request, String claim, String token) {
    return switch (claim) {
      case "ath" -> request.withAccessToken(token);
      case "tth" -> request.withTransactionToken(token);
      default -> request.withOtherToken("X-User", " " + token + "\t");
    };
  }

  @Test
  @DisplayName("WIT-56 entries of oth that the recipient does not know of are refused")
  void refusesUnknownOtherTokens() {
    String hash = hash("token");
    WitRequest request = WitRequest.to(TARGET).withOtherToken("x-user", "token");
    String more = ",\"oth\":{\"x-user\":\"%s\",\"x-more\":\"%s\"}".formatted(hash, hash);
    assertThat(proofRefusal(proofVerifier().build(), good(), with(more), request))
        .isEqualTo(Reason.OTHER_TOKENS);
    String upper = ",\"oth\":{\"X-User\":\"%s\"}".formatted(hash);
    assertThat(proofRefusal(proofVerifier().build(), good(), with(upper), request))
        .isEqualTo(Reason.OTHER_TOKENS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"ath\":null", "\"ath\":1", "\"ath\":\"\"", "\"tth\":[]", "\"tth\":true",
        "\"oth\":null", "\"oth\":\"x\"", "\"oth\":[]", "\"oth\":{\"x\":1}", "\"oth\":{\"x\":null}"
      })
  @DisplayName("WIT-56 a hash that cannot be understood refuses, and does not pass")
  void refusesOtherHashes(String claim) {
    assertThat(refusal(with("," + claim))).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("claims that are not known are ignored")
  void ignoresOtherClaims() {
    prove(good(), with(",\"example.com/mine\":{\"a\":1},\"sub\":\"spiffe://evil.example/x\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "\"\"", "[\"one\"]"})
  @DisplayName("WIT-55 a proof without an ID is refused")
  void requiresAnId(String id) {
    String payload = proofPayload(good(), "one", "").replace("\"one\"", id);
    assertThat(refusal(proof(PROOF_HEADER, payload))).isEqualTo(Reason.BAD_PROFILE);
    String none = proofPayload(good(), "one", "").replace("\"jti\":\"one\",", "");
    assertThat(refusal(proof(PROOF_HEADER, none))).isEqualTo(Reason.BAD_PROFILE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"JWT\"",
        "\"wit+jwt\"",
        "\"dpop+jwt\"",
        "\"WPT+JWT\"",
        "\"application/wpt+jwt\"",
        "null"
      })
  @DisplayName("the typ of a proof is exactly wpt+jwt")
  void requiresTheType(String type) {
    String header = PROOF_HEADER.replace("\"wpt+jwt\"", type);
    assertThat(refusal(proof(header, proofPayload(good(), "one", ""))))
        .isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(proof("{\"alg\":\"ES256\"}", proofPayload(good(), "one", ""))))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "HS256", "EdDSA", "ES384", "RS256", "PS256"})
  @DisplayName("WIT-63 the algorithm of a proof is that of cnf")
  void requiresTheAlgorithm(String algorithm) {
    String header = PROOF_HEADER.replace("ES256", algorithm);
    assertThat(refusal(proof(header, proofPayload(good(), "one", ""))))
        .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @ParameterizedTest
  @CsvSource({"RS256,PS256", "PS256,RS256", "RS256,RS512", "PS512,PS256"})
  @DisplayName("WIT-63 also where the key could do another one")
  void requiresTheAlgorithmOfRsa(String bound, String used) {
    String token = withCnf(cnf(jwk(WORKLOAD_RSA.getPublic(), bound)));
    String payload = proofPayload(token, "one", "");
    String good = PROOF_HEADER.replace("ES256", bound);
    prove(token, TestTokens.token(good, payload, WORKLOAD_RSA.getPrivate(), bound));
    String header = PROOF_HEADER.replace("ES256", used);
    String proof = TestTokens.token(header, payload, WORKLOAD_RSA.getPrivate(), used);
    assertThat(proofRefusal(token, proof)).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("critical parameters are refused, and others ignored")
  void refusesCriticalParameters() {
    String payload = proofPayload(good(), "one", "");
    prove(good(), proof(PROOF_HEADER.replace("}", ",\"x\":1}"), payload));
    assertThat(refusal(proof(PROOF_HEADER.replace("}", ",\"crit\":[\"x\"]}"), payload)))
        .isEqualTo(Reason.UNSUPPORTED_EXTENSION);
  }

  @Test
  @DisplayName("limits come before anything else")
  void refusesHugeProofs() {
    assertThat(refusal("a".repeat(16 * 1024 + 1))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(proof(PROOF_HEADER, proofPayload(good(), "i".repeat(257), ""))))
        .isEqualTo(Reason.TOO_LARGE);
    prove(good(), proof(PROOF_HEADER, proofPayload(good(), "i".repeat(256), "")));
    StringBuilder many = new StringBuilder(",\"oth\":{\"n\":\"x\"");
    for (int i = 0; i < 16; i++) {
      many.append(",\"n").append(i).append("\":\"x\"");
    }
    assertThat(refusal(with(many.append('}').toString()))).isEqualTo(Reason.TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b", "..", "a.b.c.d", "a.b.c", "e30.e30.e30", "{}"})
  @DisplayName("what is no JWS is refused")
  void refusesOtherForms(String proof) {
    assertThat(refusal(proof)).isIn(Reason.MALFORMED, Reason.UNSUPPORTED_ALGORITHM);
    String twice = proofPayload(good(), "one", ",\"jti\":\"two\"");
    assertThat(refusal(proof(PROOF_HEADER, twice))).isEqualTo(Reason.MALFORMED);
    String unsigned = encode("{\"alg\":\"none\",\"typ\":\"wpt+jwt\"}") + ".e30.";
    assertThat(refusal(unsigned)).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  void verifiesWithAProvider() {
    WitProofVerifier verifier =
        proofVerifier().signatureProvider(new BouncyCastleProvider()).build();
    verifier.verify(verify(good()), goodProof(good()), WitRequest.to(TARGET));
    KeyPair other = TestTokens.ec("secp256r1");
    String forged =
        TestTokens.token(
            PROOF_HEADER, proofPayload(good(), "two", ""), other.getPrivate(), "ES256");
    assertThat(proofRefusal(verifier, good(), forged, WitRequest.to(TARGET)))
        .isEqualTo(Reason.BAD_SIGNATURE);
  }

  @Test
  void printsNothingOfTheProof() {
    String proof = goodProof(good());
    WitProofException refusal =
        catchThrowableOfType(
            WitProofException.class,
            () ->
                proofVerifier()
                    .build()
                    .verify(verify(good()), proof, WitRequest.toAudience("other")));
    assertThat(refusal.getMessage()).doesNotContain(proof).doesNotContain(hash(good()));
  }
}
