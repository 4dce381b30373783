package dev.spiffe4j.attest.authority;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** An authority of a trust domain whose keys follow one another. Thread-safe. */
abstract class RotatingAuthority implements AuthorityRotation {
  final TrustDomain trustDomain;
  final KeyManager keyManager;
  final KeyType keyType;
  final Duration ttl;
  final InstantSource clock;

  RotatingAuthority(AuthorityBuilder<?> builder) {
    this.trustDomain = builder.trustDomain;
    this.keyManager = builder.keyManager;
    this.keyType = builder.keyType;
    this.ttl = builder.ttl;
    this.clock = builder.clock;
  }

  abstract Rotation<?> rotation();

  /**
   * Prepares and activates what is due by the clock; to be called every few seconds.
   *
   * @throws AuthorityException if a key cannot be made
   */
  public void rotate() {
    rotation().rotate();
  }

  @Override
  public List<Status> authorities() {
    return rotation().statuses();
  }

  @Override
  public Status prepare() {
    return rotation().prepare();
  }

  @Override
  public Status activate() {
    return rotation().activate();
  }

  @Override
  public Status taint(String authorityId) {
    return rotation().taint(authorityId);
  }

  /** SPIFFE §4.1.2: no assertion about anybody outside of the own trust domain. */
  void requireWorkload(SpiffeId spiffeId) {
    if (!spiffeId.isMemberOf(trustDomain) || spiffeId.isTrustDomainId()) {
      throw new IllegalArgumentException(
          "spiffeId: " + spiffeId + " (expected: a workload of " + trustDomain + ")");
    }
  }

  /** No SVID outlives its issuer. */
  static Instant expiry(Slots.Authority issuer, Instant now, Duration lifetime) {
    Instant end = now.plus(lifetime);
    return end.isBefore(issuer.expiresAt()) ? end : issuer.expiresAt();
  }

  /** Certificates and tokens have no parts of seconds. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
