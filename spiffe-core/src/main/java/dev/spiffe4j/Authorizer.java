package dev.spiffe4j;

import java.util.Arrays;
import java.util.Set;

/**
 * Decides whether a peer with a proven identity may go on. There is no default: whoever asks for
 * one writes it out. Implementations are thread-safe and fast: they run inside handshakes.
 */
@FunctionalInterface
public interface Authorizer {
  /**
   * Whether the peer may go on.
   *
   * @param peer a peer whose identity was verified
   * @return true to let it
   */
  boolean authorizes(VerifiedPeer peer);

  /**
   * Allows only peers with one of these SPIFFE IDs.
   *
   * @param allowed the IDs; at least one
   * @return the authorizer
   * @throws IllegalArgumentException if no ID is given
   */
  static Authorizer exactly(SpiffeId... allowed) {
    if (allowed.length == 0) {
      throw new IllegalArgumentException("allowed: none (expected: at least one SPIFFE ID)");
    }
    Set<SpiffeId> ids = Set.copyOf(Arrays.asList(allowed));
    return peer -> ids.contains(peer.spiffeId());
  }

  /**
   * Allows every workload of one trust domain.
   *
   * @param trustDomain the trust domain
   * @return the authorizer
   */
  static Authorizer memberOf(TrustDomain trustDomain) {
    return peer -> peer.spiffeId().isMemberOf(trustDomain);
  }

  /**
   * Allows every peer that could be verified, of every trust domain that there is a bundle of.
   *
   * @return the authorizer
   */
  static Authorizer anyAuthenticated() {
    return peer -> true;
  }
}
