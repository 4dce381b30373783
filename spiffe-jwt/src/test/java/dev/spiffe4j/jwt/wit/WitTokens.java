package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.NOW_SECONDS;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.P521;
import static dev.spiffe4j.jwt.TestTokens.RSA;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.WitBundleSource;
import dev.spiffe4j.jwt.TestTokens;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** WIT-SVIDs and proofs made by hand with the JDK alone, so that no code under test made them. */
final class WitTokens {
  static final SpiffeId WEB = SpiffeId.parse("spiffe://example.org/web");
  static final URI TARGET = URI.create("https://reports.example.org/path");

  /** The workload's own key; those of TestTokens are the authority's. */
  static final KeyPair WORKLOAD = TestTokens.ec("secp256r1");

  static final KeyPair WORKLOAD_RSA = TestTokens.rsa(2048);

  static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"p256\",\"typ\":\"wit+jwt\"}";
  static final String CNF = cnf(jwk(WORKLOAD.getPublic(), "ES256"));
  static final String PAYLOAD = payload("");
  static final String PROOF_HEADER = "{\"alg\":\"ES256\",\"typ\":\"wpt+jwt\"}";

  /** Always the same, since each signature differs and a proof is for one token. */
  private static final String GOOD = token(HEADER, PAYLOAD);

  private WitTokens() {}

  static WitBundleSource bundles() {
    WitBundle own =
        WitBundle.of(
            TRUST_DOMAIN,
            Map.of(
                "rsa", RSA.getPublic(),
                "p256", P256.getPublic(),
                "p384", P384.getPublic(),
                "p521", P521.getPublic()));
    return trustDomain -> trustDomain.equals(TRUST_DOMAIN) ? Optional.of(own) : Optional.empty();
  }

  static WitSvidVerifier.Builder verifier() {
    return WitSvidVerifier.builder(bundles()).clock(InstantSource.fixed(NOW));
  }

  static UnprovenWitSvid verify(String token) {
    return verifier().build().verify(token);
  }

  static SvidVerificationException.Reason refusal(String token) {
    return refusal(verifier(), token);
  }

  static SvidVerificationException.Reason refusal(WitSvidVerifier.Builder verifier, String token) {
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> verifier.build().verify(token));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  /** Good claims with something appended, such as {@code ,"nbf":1}. */
  static String payload(String more) {
    return payload("\"spiffe://example.org/web\"", String.valueOf(NOW_SECONDS + 300), CNF, more);
  }

  static String payload(String sub, String exp, String cnf, String more) {
    return "{\"sub\":" + sub + ",\"exp\":" + exp + ",\"cnf\":" + cnf + more + "}";
  }

  static String withCnf(String cnf) {
    return token(
        HEADER,
        payload("\"spiffe://example.org/web\"", String.valueOf(NOW_SECONDS + 300), cnf, ""));
  }

  static String good() {
    return GOOD;
  }

  /** A token signed with ES256, whatever the header says. */
  static String token(String header, String payload) {
    return TestTokens.token(header, payload, P256.getPrivate(), "ES256");
  }

  static String cnf(String jwk) {
    return "{\"jwk\":" + jwk + "}";
  }

  static String jwk(PublicKey key, String algorithm) {
    return "{" + members(key) + ",\"alg\":\"" + algorithm + "\"}";
  }

  /** The members of the key itself. */
  static String members(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      return "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
          .formatted(number(rsa.getModulus(), 256), number(rsa.getPublicExponent(), 3));
    }
    ECPublicKey ec = (ECPublicKey) key;
    int bits = ec.getParams().getCurve().getField().getFieldSize();
    return "\"kty\":\"EC\",\"crv\":\"P-%d\",\"x\":\"%s\",\"y\":\"%s\""
        .formatted(
            bits,
            number(ec.getW().getAffineX(), (bits + 7) / 8),
            number(ec.getW().getAffineY(), (bits + 7) / 8));
  }

  static String number(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[length];
    int size = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - size, padded, length - size, size);
    return TestTokens.encode(padded);
  }

  static String hash(String token) {
    try {
      return TestTokens.encode(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Claims of a good proof for {@link #good} with something appended. */
  static String proofPayload(String token, String id, String more) {
    return proofPayload(
        "\"" + TARGET + "\"", String.valueOf(NOW_SECONDS + 30), id, hash(token), more);
  }

  static String proofPayload(String aud, String exp, String id, String wth, String more) {
    return "{\"aud\":%s,\"exp\":%s,\"jti\":\"%s\",\"wth\":\"%s\"%s}"
        .formatted(aud, exp, id, wth, more);
  }

  /** A proof signed with the workload's key and ES256, whatever the header says. */
  static String proof(String header, String payload) {
    return TestTokens.token(header, payload, WORKLOAD.getPrivate(), "ES256");
  }

  static String goodProof(String token) {
    return proof(PROOF_HEADER, proofPayload(token, "one", ""));
  }

  static WitProofVerifier.Builder proofVerifier() {
    return WitProofVerifier.builder().clock(InstantSource.fixed(NOW));
  }

  static WitProofException.Reason proofRefusal(String token, String proof) {
    return proofRefusal(proofVerifier().build(), token, proof, WitRequest.to(TARGET));
  }

  static WitProofException.Reason proofRefusal(
      WitProofVerifier verifier, String token, String proof, WitRequest request) {
    UnprovenWitSvid unproven = verify(token);
    WitProofException refusal =
        catchThrowableOfType(
            WitProofException.class, () -> verifier.verify(unproven, proof, request));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  static VerifiedWitSvid prove(String token, String proof) {
    return proofVerifier().build().verify(verify(token), proof, WitRequest.to(TARGET));
  }
}
