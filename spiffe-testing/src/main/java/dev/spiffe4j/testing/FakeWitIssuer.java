package dev.spiffe4j.testing;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.wit.ConfirmationKey;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.jwt.wit.WitSvidSigner;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** One key that signs the WIT-SVIDs of every trust domain. */
final class FakeWitIssuer {
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final String KEY_ID = "fake-wit";

  private final InstantSource clock;
  private final KeyPair keys = FakeJwtIssuer.newKeys();
  private final WitSvidSigner signer =
      WitSvidSigner.of(KEY_ID, keys.getPrivate(), keys.getPublic());

  FakeWitIssuer(InstantSource clock) {
    this.clock = clock;
  }

  WitSvid issue(SpiffeId id) {
    KeyPair workload = FakeJwtIssuer.newKeys();
    Instant now = clock.instant();
    return signer
        .sign(id, ConfirmationKey.of(workload.getPublic()), now, now.plus(LIFETIME))
        .withPrivateKey(workload.getPrivate());
  }

  WitBundle bundle(TrustDomain trustDomain) {
    return WitBundle.of(trustDomain, Map.of(KEY_ID, keys.getPublic()));
  }
}
