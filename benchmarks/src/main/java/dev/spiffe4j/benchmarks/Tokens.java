package dev.spiffe4j.benchmarks;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.JwtSvidSigner;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** JWT-SVIDs of one authority. */
final class Tokens {
  static final String AUDIENCE = "spiffe://example.org/ns/default/sa/backend";
  static final int POOL = 256;
  private static final String KEY_ID = "Ht2nZ5qkDh1vVxMQzEwRJ7yDJDBUkqfU";

  final SpiffeId id = SpiffeId.parse(Ids.valid("short"));
  final String algorithm;
  final KeyPair keys;
  final JwtBundle bundle;
  final io.spiffe.bundle.jwtbundle.JwtBundle javaSpiffeBundle;
  private final Instant issuedAt = Instant.now();

  Tokens(String algorithm) throws GeneralSecurityException {
    this.algorithm = algorithm;
    KeyPairGenerator generator = KeyPairGenerator.getInstance(keyAlgorithm());
    generator.initialize(keyAlgorithm().equals("RSA") ? 2048 : 256);
    keys = generator.generateKeyPair();
    bundle = JwtBundle.of(TrustDomain.parse("example.org"), Map.of(KEY_ID, keys.getPublic()));
    javaSpiffeBundle =
        new io.spiffe.bundle.jwtbundle.JwtBundle(
            io.spiffe.spiffeid.TrustDomain.parse("example.org"), Map.of(KEY_ID, keys.getPublic()));
  }

  String keyAlgorithm() {
    return algorithm.equals("RS256") ? "RSA" : "EC";
  }

  String signatureAlgorithm() {
    return algorithm.equals("RS256") ? "SHA256withRSA" : "SHA256withECDSA";
  }

  JwtSvidSigner signer() {
    return JwtSvidSigner.of(KEY_ID, keys.getPrivate(), keys.getPublic());
  }

  JwtSvidSigner signer(String provider) {
    return JwtSvidSigner.of(
        KEY_ID, keys.getPrivate(), keys.getPublic(), Providers.provider(provider, keyAlgorithm()));
  }

  /** Another token for each index. */
  String token(JwtSvidSigner signer, int index) {
    return signer
        .sign(
            id, List.of(AUDIENCE), issuedAt, issuedAt.plus(Duration.ofHours(1).plusSeconds(index)))
        .token();
  }

  String[] pool() {
    JwtSvidSigner signer = signer();
    String[] tokens = new String[POOL];
    for (int i = 0; i < POOL; i++) {
      tokens[i] = token(signer, i);
    }
    return tokens;
  }
}
