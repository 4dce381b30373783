package dev.spiffe4j.testing;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.JwtBundleSource;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidSigner;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One key that signs the tokens of every trust domain. */
final class FakeJwtIssuer implements JwtBundleSource {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final String KEY_ID = "fake";

  private final InstantSource clock;
  private final KeyPair keys = newKeys();
  private final JwtSvidSigner signer =
      JwtSvidSigner.of(KEY_ID, keys.getPrivate(), keys.getPublic());

  FakeJwtIssuer(InstantSource clock) {
    this.clock = clock;
  }

  static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has P-256", e);
    }
  }

  JwtSvid issue(SpiffeId id, List<String> audience) {
    Instant now = clock.instant();
    return signer.sign(id, audience, now, now.plus(LIFETIME));
  }

  JwtBundle bundle(TrustDomain trustDomain) {
    return JwtBundle.of(trustDomain, Map.of(KEY_ID, keys.getPublic()));
  }

  @Override
  public Optional<JwtBundle> jwtBundle(TrustDomain trustDomain) {
    return Optional.of(bundle(trustDomain));
  }
}
