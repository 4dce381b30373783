package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.authority.X509Authority;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's own SVID, replaced at half of its life, and the own trust domain's bundle and no
 * other: the server trusts no foreign client. Thread-safe.
 */
final class ServerIdentity implements X509ContextSource {
  private final SpiffeId id;
  private final X509Authority authority;
  private final Supplier<TrustBundle> bundle;
  private final Duration ttl;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile @Nullable Snapshot snapshot;

  private record Snapshot(
      X509Svid svid, Instant renewAt, TrustBundle bundle, X509Context context) {}

  ServerIdentity(
      TrustDomain trustDomain,
      X509Authority authority,
      Supplier<TrustBundle> bundle,
      Duration ttl,
      InstantSource clock,
      SecureRandom random) {
    this.id = WellKnownIds.server(trustDomain);
    this.authority = authority;
    this.bundle = bundle;
    this.ttl = ttl;
    this.clock = clock;
    this.random = random;
  }

  /** Replaces the SVID if that is due. */
  void rotate() {
    synchronized (lock) {
      Snapshot old = snapshot;
      Instant now = clock.instant();
      if (old == null || !now.isBefore(old.renewAt()) || isTainted(old.svid())) {
        X509Svid svid = issue();
        Instant renewAt = now.plus(Duration.between(now, svid.expiresAt()).dividedBy(2));
        snapshot = snapshot(svid, renewAt, bundle.get());
      }
    }
  }

  /** Whether an authority that signed it is marked in the bundle. */
  private boolean isTainted(X509Svid svid) {
    return bundle.get().x509Authorities().stream()
        .filter(TrustBundle.X509Authority::tainted)
        .anyMatch(tainted -> signed(tainted.certificate(), svid.leaf()));
  }

  private static boolean signed(X509Certificate authority, X509Certificate leaf) {
    try {
      leaf.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private X509Svid issue() {
    KeyPair keys = generate();
    List<X509Certificate> chain = authority.sign(id, List.of(), keys.getPublic(), ttl);
    return X509Svid.of(keys.getPrivate(), chain);
  }

  /** A key of the JDK's own kind, which its TLS takes. */
  private KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK makes P-256 keys", e);
    }
  }

  private static Snapshot snapshot(X509Svid svid, Instant renewAt, TrustBundle bundle) {
    return new Snapshot(
        svid, renewAt, bundle, X509Context.of(List.of(svid), List.of(bundle.x509Bundle())));
  }

  @Override
  public X509Context x509Context() {
    Snapshot current = snapshot;
    if (current == null) {
      throw new IllegalStateException("the server has not started");
    }
    return current.bundle().equals(bundle.get()) ? current.context() : follow();
  }

  /** Takes over a bundle that changed. */
  private X509Context follow() {
    synchronized (lock) {
      Snapshot old = snapshot;
      if (old == null) {
        throw new AssertionError("there was a snapshot");
      }
      TrustBundle latest = bundle.get();
      Snapshot next =
          old.bundle().equals(latest) ? old : snapshot(old.svid(), old.renewAt(), latest);
      snapshot = next;
      return next.context();
    }
  }
}
