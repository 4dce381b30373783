package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.NOW_SECONDS;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.decode;
import static dev.spiffe4j.jwt.wit.WitTokens.TARGET;
import static dev.spiffe4j.jwt.wit.WitTokens.WEB;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD_RSA;
import static dev.spiffe4j.jwt.wit.WitTokens.good;
import static dev.spiffe4j.jwt.wit.WitTokens.hash;
import static dev.spiffe4j.jwt.wit.WitTokens.proofVerifier;
import static dev.spiffe4j.jwt.wit.WitTokens.prove;
import static dev.spiffe4j.jwt.wit.WitTokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.TestTokens;
import java.net.URI;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("WIT-SVID §5, §7: making proofs, as Workload Proof Tokens")
final class WitProofSignerTest {
  private static final SecureRandom ZEROS =
      new SecureRandom() {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] bytes) {}
      };

  private final WitSvid svid = WitSvid.of(good(), WORKLOAD.getPrivate());

  private static WitProofSigner.Builder signer() {
    return WitProofSigner.builder().clock(InstantSource.fixed(NOW));
  }

  private static String part(String token, int index) {
    return decode(token.split("\\.", -1)[index]);
  }

  @Test
  @DisplayName("WIT-41, WIT-44, WIT-54 header and claims are exactly these, for 30 seconds")
  void writesHeaderAndClaims() {
    String proof = signer().random(ZEROS).build().sign(svid, WitRequest.to(TARGET));
    assertThat(part(proof, 0)).isEqualTo("{\"alg\":\"ES256\",\"typ\":\"wpt+jwt\"}");
    assertThat(part(proof, 1))
        .isEqualTo(
            "{\"aud\":\"%s\",\"exp\":%d,\"jti\":\"%s\",\"wth\":\"%s\"}"
                .formatted(TARGET, NOW_SECONDS + 30, "A".repeat(22), hash(good())));
    assertThat(prove(good(), proof).spiffeId()).isEqualTo(WEB);
  }

  @Test
  @DisplayName("WIT-56 the other tokens of the request are covered")
  void writesOtherHashes() {
    WitRequest request =
        WitRequest.to(TARGET)
            .withAccessToken("access")
            .withTransactionToken("transaction")
            .withOtherToken("X-User", "user")
            .withOtherToken("X-Tenant", "tenant");
    String proof = signer().build().sign(svid, request);
    assertThat(part(proof, 1))
        .contains("\"ath\":\"" + hash("access") + "\"")
        .contains("\"tth\":\"" + hash("transaction") + "\"")
        .contains(
            "\"oth\":{\"x-tenant\":\"%s\",\"x-user\":\"%s\"}"
                .formatted(hash("tenant"), hash("user")));
    proofVerifier().build().verify(verify(good()), proof, request);
  }

  @Test
  @DisplayName("the hashes are those of the example in the WPT draft")
  void agreesWithTheDraft() {
    assertThat(TokenHash.of(WitSvidTest.WIMSE_EXAMPLE))
        .isEqualTo("AaYUfC34D1di2FxQLpiIJJ7Sg8VZ6o8OCdwSf9IToLg");
    assertThat(TokenHash.of("16_mAd0GiwaZokU26_0902100"))
        .isEqualTo("CL4wjfpRmNf-bdYIbYLnV9d5rMARGwKYE10wUwzC0jI");
  }

  @Test
  @DisplayName("WIT-54 a proof lives a minute at most, and not longer than its SVID")
  void limitsTheLifespan() {
    String minute = signer().lifespan(Duration.ofMinutes(1)).build().sign(svid, request());
    assertThat(part(minute, 1)).contains("\"exp\":" + (NOW_SECONDS + 60));
    prove(good(), minute);
    Instant late = NOW.plusSeconds(290);
    String last = signer().clock(InstantSource.fixed(late)).build().sign(svid, request());
    assertThat(part(last, 1)).contains("\"exp\":" + (NOW_SECONDS + 300));
    for (Duration bad : List.of(Duration.ofSeconds(1), Duration.ofSeconds(61), Duration.ZERO)) {
      assertThatIllegalArgumentException().isThrownBy(() -> signer().lifespan(bad));
    }
  }

  private static WitRequest request() {
    return WitRequest.to(TARGET);
  }

  @Test
  @DisplayName("an expired SVID makes no proofs")
  void refusesExpiredSvids() {
    Instant end = NOW.plusSeconds(300);
    signer().clock(InstantSource.fixed(end.minusMillis(1))).build().sign(svid, request());
    WitProofSigner late = signer().clock(InstantSource.fixed(end)).build();
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> late.sign(svid, request()));
    assertThat(refusal.reason()).isEqualTo(Reason.EXPIRED);
  }

  @Test
  @DisplayName("WIT-55 each proof has an ID of its own")
  void makesEachProofOnce() {
    WitProofSigner signer = signer().build();
    WitProofVerifier verifier = proofVerifier().build();
    Set<String> payloads = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      String proof = signer.sign(svid, request());
      payloads.add(part(proof, 1));
      verifier.verify(verify(good()), proof, request());
    }
    assertThat(payloads).hasSize(100);
  }

  @Test
  @DisplayName("WIT-63 the algorithm is that of cnf")
  void usesTheAlgorithmOfTheSvid() {
    WitSvidSigner issuer = WitSvidSigner.of("p256", P256.getPrivate(), P256.getPublic());
    for (String algorithm : List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")) {
      ConfirmationKey key = ConfirmationKey.of(WORKLOAD_RSA.getPublic(), algorithm);
      WitSvid rsa = issuer.sign(WEB, key, NOW).withPrivateKey(WORKLOAD_RSA.getPrivate());
      String proof = signer().build().sign(rsa, request());
      assertThat(part(proof, 0)).contains("\"alg\":\"" + algorithm + "\"");
      prove(rsa.token(), proof);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://reports.example.org/",
        "HTTP://reports.example.org/",
        "ws://reports.example.org/",
        "wss://reports.example.org/",
        "/path",
        "reports",
        "https:reports",
        "https:///path",
        "https://user:word@reports.example.org/"
      })
  @DisplayName("WIT-57 a target without a secure channel is refused")
  void refusesInsecureTargets(String target) {
    WitRequest.to(URI.create("https://reports.example.org"));
    assertThatIllegalArgumentException().isThrownBy(() -> WitRequest.to(URI.create(target)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WitRequest.to(TARGET).withAlias(URI.create(target)));
  }

  @Test
  @DisplayName("WIT-57 also as a name")
  void refusesInsecureNames() {
    assertThat(WitRequest.toAudience("queue:reports")).hasToString("WitRequest[queue:reports]");
    for (String bad : List.of("", "http://x/", "Http://x/", "ws://x", "x".repeat(8193))) {
      assertThatIllegalArgumentException().isThrownBy(() -> WitRequest.toAudience(bad));
    }
  }

  @Test
  @DisplayName("tokens that others would read as other bytes are refused")
  void refusesTokensThatAreNotAscii() {
    WitRequest request = request();
    for (String bad : List.of("", "é", "a\nb", "a\u0000", "\ud83d\ude00")) {
      assertThatIllegalArgumentException().isThrownBy(() -> request.withAccessToken(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> request.withTransactionToken(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> request.withOtherToken("x", bad));
    }
    for (String bad : List.of("", "a b", "a:b", "é", "x".repeat(129))) {
      assertThatIllegalArgumentException().isThrownBy(() -> request.withOtherToken(bad, "x"));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> request.withOtherToken("x", "1").withOtherToken("X", "2"));
    WitRequest full = request;
    for (int i = 0; i < 16; i++) {
      full = full.withOtherToken("x" + i, "1");
    }
    WitRequest last = full;
    assertThatIllegalArgumentException().isThrownBy(() -> last.withOtherToken("x16", "1"));
  }

  @Test
  void signsWithKeysOfEachKind() {
    WitSvidSigner issuer = WitSvidSigner.of("p256", P256.getPrivate(), P256.getPublic());
    for (KeyPair pair : List.of(TestTokens.P384, TestTokens.P521)) {
      WitSvid other =
          issuer
              .sign(WEB, ConfirmationKey.of(pair.getPublic()), NOW)
              .withPrivateKey(pair.getPrivate());
      prove(other.token(), signer().build().sign(other, request()));
    }
  }
}
