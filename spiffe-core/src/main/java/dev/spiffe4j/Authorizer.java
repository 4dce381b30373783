package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Collection;
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
   * Allows only peers with one of these SPIFFE IDs, as they stand in a configuration.
   *
   * @param allowed the IDs; at least one
   * @return the authorizer
   * @throws InvalidSpiffeIdException if one is not a SPIFFE ID, so that no list is shorter than it
   *     looks
   * @throws IllegalArgumentException if no ID is given
   */
  static Authorizer parseExactly(Collection<String> allowed) {
    return exactly(allowed.stream().map(SpiffeId::parse).toArray(SpiffeId[]::new));
  }

  /**
   * Allows every workload whose path begins with these segments, each of them whole: {@code
   * /payments} covers {@code /payments} and {@code /payments/api}, and not {@code /payments-test}.
   *
   * @param trustDomain the trust domain
   * @param segments the first segments; at least one
   * @return the authorizer
   * @throws InvalidSpiffeIdException if a segment is not one
   * @throws IllegalArgumentException if no segment is given
   */
  static Authorizer under(TrustDomain trustDomain, String... segments) {
    if (segments.length == 0) {
      throw new IllegalArgumentException("segments: none (expected: at least one, or memberOf)");
    }
    String path = SpiffeId.of(trustDomain, segments).path();
    return peer -> {
      SpiffeId id = peer.spiffeId();
      return id.isMemberOf(trustDomain)
          && (id.path().equals(path) || id.path().startsWith(path + "/"));
    };
  }

  /**
   * Allows every workload of one trust domain.
   *
   * @param trustDomain the trust domain
   * @return the authorizer
   */
  static Authorizer memberOf(TrustDomain trustDomain) {
    requireNonNull(trustDomain, "trustDomain");
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

  /**
   * Allows whom both allow.
   *
   * @param other asked only if this one allows
   * @return the authorizer
   */
  default Authorizer and(Authorizer other) {
    requireNonNull(other, "other");
    return peer -> authorizes(peer) && other.authorizes(peer);
  }

  /**
   * Allows whom one of the two allows.
   *
   * @param other asked only if this one does not allow
   * @return the authorizer
   */
  default Authorizer or(Authorizer other) {
    requireNonNull(other, "other");
    return peer -> authorizes(peer) || other.authorizes(peer);
  }

  /**
   * Allows every verified peer that this one does not allow; best used with {@link #and}.
   *
   * @return the authorizer
   */
  default Authorizer not() {
    return peer -> !authorizes(peer);
  }
}
