package dev.spiffe4j.tls;

import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Bundle;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One look at all connections: each chain is judged once, however many connections have it. A chain
 * whose path was found by the same trust is not verified again; its end of validity and the
 * authorizer are asked.
 */
final class Review {
  /** All that a path depends on but the clock. */
  record Trust(Map<TrustDomain, X509Bundle> bundles, RevocationLists revocationLists) {
    /** Revocation lists go out of date on their own. */
    boolean isStill(@Nullable Trust other) {
      return other != null
          && bundles.equals(other.bundles)
          && revocationLists == RevocationLists.none()
          && other.revocationLists == RevocationLists.none();
    }
  }

  private final PeerVerifier verifier;
  private final Instant now;
  private final @Nullable Trust trust;
  private final Map<List<X509Certificate>, VerifiedPeer> known;
  private final Map<List<X509Certificate>, VerifiedPeer> trusted = new HashMap<>();
  private final Map<List<X509Certificate>, RuntimeException> refused = new HashMap<>();
  private final Map<LiveConnection, RuntimeException> failed = new LinkedHashMap<>();

  private Review(
      PeerVerifier verifier,
      Instant now,
      @Nullable Trust trust,
      Map<List<X509Certificate>, VerifiedPeer> known) {
    this.verifier = verifier;
    this.now = now;
    this.trust = trust;
    this.known = known;
  }

  /** Knows nothing yet. */
  static Review none(PeerVerifier verifier) {
    return new Review(verifier, Instant.MIN, null, Map.of());
  }

  /**
   * The next one.
   *
   * @param trust nothing if the source has none to give, so that every chain is verified and fails
   */
  Review next(Instant now, @Nullable Trust trust, Iterable<LiveConnection> connections) {
    boolean same = trust != null && trust.isStill(this.trust);
    Review next = new Review(verifier, now, trust, same ? trusted : Map.of());
    connections.forEach(next::look);
    return next;
  }

  private void look(LiveConnection connection) {
    RuntimeException refusal = judge(connection.presented());
    if (refusal != null) {
      failed.put(connection, refusal);
    }
  }

  private @Nullable RuntimeException judge(List<X509Certificate> presented) {
    if (trusted.containsKey(presented)) {
      return null;
    }
    RuntimeException refusal = refused.get(presented);
    if (refusal != null) {
      return refusal;
    }
    try {
      trusted.put(presented, verify(presented));
      return null;
    } catch (RuntimeException e) {
      refused.put(presented, e);
      return e;
    }
  }

  private VerifiedPeer verify(List<X509Certificate> presented) {
    VerifiedPeer peer = known.get(presented);
    return peer == null || now.isAfter(peer.expiresAt())
        ? verifier.judge(presented)
        : verifier.authorized(peer);
  }

  /** What must be closed, and why; it is told once, and not held on to. */
  Map<LiveConnection, RuntimeException> takeFailed() {
    Map<LiveConnection, RuntimeException> taken = new LinkedHashMap<>(failed);
    failed.clear();
    return taken;
  }

  /** When the first of those that may go on expires. */
  Instant earliestEnd() {
    return trusted.values().stream()
        .map(VerifiedPeer::expiresAt)
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }
}
