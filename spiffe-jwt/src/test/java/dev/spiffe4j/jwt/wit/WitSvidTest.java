package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.P521;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.wit.WitTokens.HEADER;
import static dev.spiffe4j.jwt.wit.WitTokens.PAYLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.WEB;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.good;
import static dev.spiffe4j.jwt.wit.WitTokens.members;
import static dev.spiffe4j.jwt.wit.WitTokens.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.TestTokens;
import dev.spiffe4j.jwt.jose.CompactJws;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("WIT-SVIDs of our own, with their keys")
final class WitSvidTest {
  /** WIT-SVID, appendix A. */
  private static final String APPENDIX_A =
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImxRU2kzaFpGbmRhMkQtWEprajF6bDdmb0pvdWl3STRuckF5aHk0alppSmci"
          + "LCJ0eXAiOiJ3aXQrand0In0.eyJjbmYiOnsiandrIjp7ImFsZyI6IkVTMjU2IiwiY3J2IjoiUC0yNTYiLCJr"
          + "dHkiOiJFQyIsIngiOiJyelA3bUxDS0FIV21zTTZYMEV3VklTQ19oSTN1amN1OTVmZlVreWVER0dvIiwieSI6"
          + "InVPcmZEbGp0WDltM2pZLWhzeWhMSllheHRHa3pEdjVlNWttQ2U1OFo5N2cifX0sImV4cCI6MTc2NTQ1NjUw"
          + "MywiaWF0IjoxNzY1NDUyOTAzLCJqdGkiOiIxeWoxOVY0TWNPQXpNY0ZpN3F2c2dfQWdDeGxyWTVFX3g1MDl3"
          + "bEtLUXRjIiwic3ViIjoic3BpZmZlOi8vZXhhbXBsZS5jb20vbXktd29ya2xvYWQifQ.sfhEvZNdY_kWrICF0"
          + "8lX0u__rn39YnTavnW-VPBS20zgowDh6-X43v5eOUKZbjZf06yLBQM-Mry5w1g1QFsCkg";

  /** The example of draft-ietf-wimse-workload-creds. */
  static final String WIMSE_EXAMPLE =
      "eyJhbGciOiJFUzI1NiIsImtpZCI6Ikp1bmUgNSIsInR5cCI6IndpdCtqd3QifQ.eyJjbmYiOnsiandrIjp7ImFsZyI"
          + "6IkVkRFNBIiwiY3J2IjoiRWQyNTUxOSIsImt0eSI6Ik9LUCIsIngiOiIxQ1hYdmZsTl9MVlZzSXNZWHNVdkIw"
          + "M0ptbEdXZUNIcVFWdW91Q0Y5MmJnIn19LCJleHAiOjE3NDU1MTI1MTAsImlhdCI6MTc0NTUwODkxMCwianRpI"
          + "joieC1fMUNUTDJjY2EzQ1NFNGN3Yl9sIiwic3ViIjoid2ltc2U6Ly9leGFtcGxlLmNvbS9zcGVjaWZpYy13b3"
          + "JrbG9hZCJ9.6KraSQUxWdl9dxFQ3Fj6dPY0Vi88OkwFwZpAIOhLeq6AbXAnLLQgOp8U9UDGcBuYF3KiNv6oKQ"
          + "D1ZWAzrMZOJw";

  private static final String PRIVATE_JWK = privateJwk(WORKLOAD, "");

  @BeforeEach
  void acceptsTheGoodPair() {
    assertThat(WitSvid.parse(good(), PRIVATE_JWK).spiffeId()).isEqualTo(WEB);
    assertThat(WitSvid.of(good(), WORKLOAD.getPrivate()).spiffeId()).isEqualTo(WEB);
  }

  private static String privateJwk(KeyPair pair, String more) {
    String d = number(((ECPrivateKey) pair.getPrivate()).getS(), 32);
    return "{" + members(pair.getPublic()) + ",\"d\":\"" + d + "\"" + more + "}";
  }

  private static Reason refusal(String token, String jwk) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> WitSvid.parse(token, jwk));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  private static Reason refusal(String token, PrivateKey key) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> WitSvid.of(token, key));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("WIT-58 the token of the appendix has the header and payload that it lists")
  void readsTheAppendix() {
    CompactJws jws = CompactJws.parse(APPENDIX_A, WitHeader::check);
    assertThat(jws.keyId()).isEqualTo("lQSi3hZFnda2D-XJkj1zl7foJouiwI4nrAyhy4jZiJg");
    assertThat(jws.algorithm().name()).isEqualTo("ES256");

    WitClaims claims = WitClaims.of(jws.payload());
    assertThat(claims.spiffeId()).hasToString("spiffe://example.com/my-workload");
    assertThat(claims.expiresAt()).isEqualTo(Instant.ofEpochSecond(1_765_456_503));
    assertThat(claims.issuedAt()).isEqualTo(Instant.ofEpochSecond(1_765_452_903));
    assertThat(claims.tokenId()).isEqualTo("1yj19V4McOAzMcFi7qvsg_AgCxlrY5E_x509wlKKQtc");
    assertThat(claims.key().algorithm()).isEqualTo("ES256");
    assertThat(claims.key().toClaim())
        .isEqualTo(
            Map.of(
                "jwk",
                Map.of(
                    "alg", "ES256",
                    "crv", "P-256",
                    "kty", "EC",
                    "x", "rzP7mLCKAHWmsM6X0EwVISC_hI3ujcu95ffUkyeDGGo",
                    "y", "uOrfDljtX9m3jY-hsyhLJYaxtGkzDv5e5kmCe58Z97g")));
  }

  @Test
  @DisplayName("WIT-58 at its time only its signature is missing, whose key is not published")
  void verifiesTheAppendixUpToItsSignature() {
    TrustDomain trustDomain = TrustDomain.parse("example.com");
    WitBundle bundle =
        WitBundle.of(
            trustDomain, Map.of("lQSi3hZFnda2D-XJkj1zl7foJouiwI4nrAyhy4jZiJg", P256.getPublic()));
    WitSvidVerifier.Builder verifier =
        WitSvidVerifier.builder(id -> Optional.of(bundle))
            .clock(InstantSource.fixed(Instant.ofEpochSecond(1_765_453_000)));
    assertThat(WitTokens.refusal(verifier, APPENDIX_A))
        .isEqualTo(SvidVerificationException.Reason.BAD_SIGNATURE);
  }

  @Test
  @DisplayName("WIT-02, WIT-13 the example of WIMSE is a WIT and no WIT-SVID")
  void refusesTheExampleOfWimse() {
    assertThat(WitTokens.refusal(WIMSE_EXAMPLE))
        .isEqualTo(SvidVerificationException.Reason.BAD_SPIFFE_ID);
  }

  @Test
  void tellsWhatIsInTheToken() {
    WitSvid svid = WitSvid.parse(good(), PRIVATE_JWK);
    assertThat(svid.token()).isEqualTo(good());
    assertThat(svid.expiresAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(svid.issuedAt()).isEmpty();
    assertThat(svid.confirmationKey()).isEqualTo(ConfirmationKey.of(WORKLOAD.getPublic()));
    assertThat(svid.privateKey()).isEqualTo(WORKLOAD.getPrivate());
    assertThat(svid.hint()).isEmpty();
    assertThat(svid.withHint("internal").hint()).contains("internal");
  }

  @Test
  @DisplayName("WAPI-82 a private key that does not fit cnf is refused")
  void requiresTheKeyOfTheToken() {
    KeyPair other = TestTokens.ec("secp256r1");
    assertThat(refusal(good(), privateJwk(other, ""))).isEqualTo(Reason.KEY_MISMATCH);
    for (KeyPair pair : List.of(other, P384, RSA)) {
      assertThat(refusal(good(), pair.getPrivate())).isEqualTo(Reason.KEY_MISMATCH);
    }
    // Another public half, with our private one.
    String ours = number(((ECPrivateKey) WORKLOAD.getPrivate()).getS(), 32);
    assertThat(refusal(good(), "{" + members(other.getPublic()) + ",\"d\":\"" + ours + "\"}"))
        .isEqualTo(Reason.KEY_MISMATCH);
    // Our public half, with another private one.
    String mixed =
        PRIVATE_JWK.replaceFirst(
            "\"d\":\"[^\"]*\"",
            "\"d\":\"" + number(((ECPrivateKey) other.getPrivate()).getS(), 32) + "\"");
    assertThat(refusal(good(), mixed)).isEqualTo(Reason.KEY_MISMATCH);
  }

  @Test
  @DisplayName("WAPI-82 a JWK for another algorithm is refused")
  void requiresTheAlgorithmOfTheToken() {
    WitSvid.parse(good(), privateJwk(WORKLOAD, ",\"alg\":\"ES256\",\"kid\":\"x\",\"use\":\"sig\""));
    for (String bad : List.of("\"ES384\"", "\"EdDSA\"", "1", "[\"ES256\"]")) {
      assertThat(refusal(good(), privateJwk(WORKLOAD, ",\"alg\":" + bad)))
          .isEqualTo(Reason.KEY_MISMATCH);
    }
  }

  @Test
  @DisplayName("WAPI-51 what is not a private JWK is refused")
  void requiresAPrivateJwk() {
    String publicJwk = "{" + members(WORKLOAD.getPublic()) + "}";
    assertThat(refusal(good(), publicJwk)).isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(good(), "{\"kty\":\"oct\",\"k\":\"AAAA\"}"))
        .isEqualTo(Reason.UNSUPPORTED_KEY);
    assertThat(refusal(good(), "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\",\"d\":\"AA\"}"))
        .isEqualTo(Reason.UNSUPPORTED_KEY);
    assertThat(refusal(good(), "")).isEqualTo(Reason.EMPTY);
    assertThat(refusal(good(), " ".repeat(16 * 1024 + 1))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(good(), PRIVATE_JWK + "x")).isEqualTo(Reason.TRAILING_DATA);
    for (String bad : List.of("[]", "{", "key", "{\"d\":1,\"d\":2}")) {
      assertThat(refusal(good(), bad)).as(bad).isEqualTo(Reason.MALFORMED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"\"", "\"AA\"", "\"_____w\"", "\"a=\"", "null"})
  @DisplayName("WAPI-51 a private number that is none, or out of range, is refused")
  void requiresAPrivateNumber(String d) {
    String jwk = "{" + members(WORKLOAD.getPublic()) + ",\"d\":" + d + "}";
    assertThat(refusal(good(), jwk)).isIn(Reason.MALFORMED, Reason.KEY_MISMATCH);
    String large = "{" + members(WORKLOAD.getPublic()) + ",\"d\":\"" + "_".repeat(42) + "8\"}";
    assertThat(refusal(good(), large)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("WAPI-51 keys of each kind are written as others read them, and read back")
  void writesPrivateJwks() throws ParseException, JOSEException {
    for (KeyPair pair : List.of(WORKLOAD, P384, P521, RSA)) {
      WitSvid svid = issue(pair);
      String json = svid.privateJwk();
      assertThat(WitSvid.parse(svid.token(), json).privateKey()).isEqualTo(pair.getPrivate());
      JWK jwk = JWK.parse(json);
      assertThat(jwk.isPrivate()).isTrue();
      assertThat(jwk.getAlgorithm().getName()).isEqualTo(svid.confirmationKey().algorithm());
      PrivateKey read = pair == RSA ? jwk.toRSAKey().toPrivateKey() : jwk.toECKey().toPrivateKey();
      assertThat(read).isEqualTo(pair.getPrivate());
    }
  }

  private static WitSvid issue(KeyPair pair) {
    return WitSvidSigner.of("p256", P256.getPrivate(), P256.getPublic())
        .sign(WEB, ConfirmationKey.of(pair.getPublic()), NOW)
        .withPrivateKey(pair.getPrivate());
  }

  @Test
  @DisplayName("WAPI-51 keys of RSA come with both primes, and no more")
  void requiresTheTwoPrimes() {
    WitSvid svid = issue(RSA);
    assertThat(svid.privateKey()).isInstanceOf(RSAPrivateCrtKey.class);
    String json = svid.privateJwk();
    assertThat(refusal(svid.token(), json.replace("\"q\":", "\"x\":"))).isEqualTo(Reason.MALFORMED);
    assertThat(refusal(svid.token(), json.replace("}", ",\"oth\":[]}")))
        .isEqualTo(Reason.UNSUPPORTED_KEY);
  }

  @Test
  @DisplayName("WAPI-51 a key of another library is read")
  void readsJwksOfOthers() {
    String json =
        new ECKey.Builder(Curve.P_256, (ECPublicKey) WORKLOAD.getPublic())
            .privateKey((ECPrivateKey) WORKLOAD.getPrivate())
            .build()
            .toJSONString();
    assertThat(WitSvid.parse(good(), json).privateKey()).isEqualTo(WORKLOAD.getPrivate());
  }

  @Test
  void refusesWhatIsNoWitSvid() {
    assertThat(refusal("", PRIVATE_JWK)).isEqualTo(Reason.EMPTY);
    assertThat(refusal("a.b", PRIVATE_JWK)).isEqualTo(Reason.MALFORMED);
    assertThat(refusal("a".repeat(65_537), PRIVATE_JWK)).isEqualTo(Reason.TOO_LARGE);
    String jwt = WitTokens.token(HEADER.replace("wit+jwt", "JWT"), PAYLOAD);
    assertThat(refusal(jwt, PRIVATE_JWK)).isEqualTo(Reason.BAD_PROFILE);
    String unnamed = WitTokens.token("{\"alg\":\"ES256\",\"typ\":\"wit+jwt\"}", PAYLOAD);
    assertThat(refusal(unnamed, PRIVATE_JWK)).isEqualTo(Reason.BAD_PROFILE);
    String other = WitTokens.token(HEADER, PAYLOAD.replace("spiffe:", "wimse:"));
    assertThat(refusal(other, PRIVATE_JWK)).isEqualTo(Reason.BAD_SPIFFE_ID);
    String audience = WitTokens.token(HEADER, WitTokens.payload(",\"aud\":[]"));
    assertThat(refusal(audience, PRIVATE_JWK)).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  void printsNoTokenAndNoKey() {
    String text = WitSvid.parse(good(), PRIVATE_JWK).toString();
    assertThat(text).contains("spiffe://example.org/web");
    for (String secret : good().split("\\.", -1)) {
      assertThat(text).doesNotContain(secret);
    }
    assertThat(text).doesNotContain(number(((ECPrivateKey) WORKLOAD.getPrivate()).getS(), 32));
  }
}
