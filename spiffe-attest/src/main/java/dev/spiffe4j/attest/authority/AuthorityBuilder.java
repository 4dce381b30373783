package dev.spiffe4j.attest.authority;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.store.BundleStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The options that all authorities of a trust domain have. Not thread-safe.
 *
 * @param <B> the builder itself
 */
abstract class AuthorityBuilder<B extends AuthorityBuilder<B>> {
  private static final Duration MIN_TTL = Duration.ofMinutes(1);

  final TrustDomain trustDomain;
  final KeyManager keyManager;
  final BundleStore bundles;
  InstantSource clock = InstantSource.system();
  SecureRandom random = new SecureRandom();
  @Nullable SignatureProvider signatureProvider;
  Duration ttl = Duration.ofHours(24);
  KeyType keyType = KeyType.EC_P256;

  AuthorityBuilder(TrustDomain trustDomain, KeyManager keyManager, BundleStore bundles) {
    this.trustDomain = requireNonNull(trustDomain, "trustDomain");
    this.keyManager = requireNonNull(keyManager, "keyManager");
    this.bundles = requireNonNull(bundles, "bundles");
  }

  abstract B self();

  /**
   * What tells the time; the system's clock unless set.
   *
   * @param clock the clock
   * @return this builder
   */
  public B clock(InstantSource clock) {
    this.clock = requireNonNull(clock, "clock");
    return self();
  }

  /**
   * Where serial numbers and key IDs come from.
   *
   * @param random the source of randomness
   * @return this builder
   */
  public B random(SecureRandom random) {
    this.random = requireNonNull(random, "random");
    return self();
  }

  /**
   * Who checks what it has signed, before it leaves; {@link SignatureProvider#fastest} unless set.
   *
   * @param signatureProvider the choice
   * @return this builder
   */
  public B signatureProvider(SignatureProvider signatureProvider) {
    this.signatureProvider = requireNonNull(signatureProvider, "signatureProvider");
    return self();
  }

  SignatureProvider signatures() {
    return signatureProvider == null ? SignatureProvider.fastest() : signatureProvider;
  }

  /**
   * How long each of its keys signs; 24 hours unless set.
   *
   * @param ttl at least a minute
   * @return this builder
   */
  public B ttl(Duration ttl) {
    if (ttl.compareTo(MIN_TTL) < 0) {
      throw new IllegalArgumentException("ttl: " + ttl + " (expected: >= " + MIN_TTL + ")");
    }
    this.ttl = ttl;
    return self();
  }

  /**
   * What kind of keys it has; P-256 unless set.
   *
   * @param keyType the kind
   * @return this builder
   */
  public B keyType(KeyType keyType) {
    this.keyType = requireNonNull(keyType, "keyType");
    return self();
  }
}
