package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one trust domain's SVIDs are verified with, as it is published (SPIFFE Trust
 * Domain and Bundle §4): authorities for each kind of SVID, and what tells when to ask again.
 *
 * <p>A newer bundle replaces an older one as a whole; a key that is no longer in it is revoked, and
 * an empty bundle revokes everything. Immutable and thread-safe.
 */
public final class SpiffeBundle {
  private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(5);
  private static final Duration MIN_INTERVAL = Duration.ofMinutes(1);
  private static final Duration MAX_INTERVAL = Duration.ofHours(24);

  private final X509Bundle x509Bundle;
  private final JwtBundle jwtBundle;
  private final WitBundle witBundle;
  private final @Nullable Long sequence;
  private final @Nullable Duration refreshHint;

  private SpiffeBundle(
      X509Bundle x509Bundle,
      JwtBundle jwtBundle,
      WitBundle witBundle,
      @Nullable Long sequence,
      @Nullable Duration refreshHint) {
    this.x509Bundle = x509Bundle;
    this.jwtBundle = jwtBundle;
    this.witBundle = witBundle;
    this.sequence = sequence;
    this.refreshHint = refreshHint;
  }

  /**
   * Makes a bundle that trusts nothing, to begin from.
   *
   * @param trustDomain whose bundle
   * @return the bundle
   */
  public static SpiffeBundle of(TrustDomain trustDomain) {
    requireNonNull(trustDomain, "trustDomain");
    return new SpiffeBundle(
        X509Bundle.of(trustDomain, List.of()),
        JwtBundle.of(trustDomain, Map.of()),
        WitBundle.of(trustDomain, Map.of()),
        null,
        null);
  }

  /**
   * The same bundle with other X.509 authorities.
   *
   * @param bundle the authorities, of the same trust domain
   * @return a new bundle
   * @throws IllegalArgumentException if they are another trust domain's
   */
  public SpiffeBundle withX509Bundle(X509Bundle bundle) {
    requireOwn(bundle.trustDomain());
    return new SpiffeBundle(bundle, jwtBundle, witBundle, sequence, refreshHint);
  }

  /**
   * The same bundle with other JWT authorities.
   *
   * @param bundle the authorities, of the same trust domain
   * @return a new bundle
   * @throws IllegalArgumentException if they are another trust domain's
   */
  public SpiffeBundle withJwtBundle(JwtBundle bundle) {
    requireOwn(bundle.trustDomain());
    return new SpiffeBundle(x509Bundle, bundle, witBundle, sequence, refreshHint);
  }

  /**
   * Incubating: the same bundle with other WIT authorities.
   *
   * @param bundle the authorities, of the same trust domain
   * @return a new bundle
   * @throws IllegalArgumentException if they are another trust domain's
   */
  public SpiffeBundle withWitBundle(WitBundle bundle) {
    requireOwn(bundle.trustDomain());
    return new SpiffeBundle(x509Bundle, jwtBundle, bundle, sequence, refreshHint);
  }

  /**
   * The same bundle with a sequence number. Whoever publishes has it grow with every change.
   *
   * @param sequence the number, not negative
   * @return a new bundle
   * @throws IllegalArgumentException if it is negative
   */
  public SpiffeBundle withSequence(long sequence) {
    if (sequence < 0) {
      throw new IllegalArgumentException("sequence: " + sequence + " (expected: >= 0)");
    }
    return new SpiffeBundle(x509Bundle, jwtBundle, witBundle, sequence, refreshHint);
  }

  /**
   * The same bundle without a sequence number.
   *
   * @return a new bundle
   */
  public SpiffeBundle withoutSequence() {
    return new SpiffeBundle(x509Bundle, jwtBundle, witBundle, null, refreshHint);
  }

  /**
   * The same bundle with a refresh hint.
   *
   * @param refreshHint how often consumers should ask; whole seconds, at least one
   * @return a new bundle
   * @throws IllegalArgumentException if it is less, or not of whole seconds
   */
  public SpiffeBundle withRefreshHint(Duration refreshHint) {
    if (refreshHint.getSeconds() < 1 || refreshHint.getNano() != 0) {
      throw new IllegalArgumentException(
          "refresh hint: " + refreshHint + " (expected: whole seconds, >= 1)");
    }
    return new SpiffeBundle(x509Bundle, jwtBundle, witBundle, sequence, refreshHint);
  }

  /**
   * The same bundle without a refresh hint.
   *
   * @return a new bundle
   */
  public SpiffeBundle withoutRefreshHint() {
    return new SpiffeBundle(x509Bundle, jwtBundle, witBundle, sequence, null);
  }

  private void requireOwn(TrustDomain other) {
    if (!other.equals(trustDomain())) {
      throw new IllegalArgumentException(
          "bundle of trust domain " + other + " (expected: " + trustDomain() + ")");
    }
  }

  /**
   * Whose bundle this is.
   *
   * @return the trust domain
   */
  public TrustDomain trustDomain() {
    return x509Bundle.trustDomain();
  }

  /**
   * What X.509-SVIDs are verified with.
   *
   * @return the authorities, none if the trust domain has no X.509-SVIDs
   */
  public X509Bundle x509Bundle() {
    return x509Bundle;
  }

  /**
   * What JWT-SVIDs are verified with.
   *
   * @return the authorities, none if the trust domain has no JWT-SVIDs
   */
  public JwtBundle jwtBundle() {
    return jwtBundle;
  }

  /**
   * Incubating: what WIT-SVIDs are verified with.
   *
   * @return the authorities, none if the trust domain has no WIT-SVIDs
   */
  public WitBundle witBundle() {
    return witBundle;
  }

  /**
   * Which of two bundles is the newer one.
   *
   * @return a number that grows with every change, if the publisher gives one
   */
  public OptionalLong sequence() {
    return sequence == null ? OptionalLong.empty() : OptionalLong.of(sequence);
  }

  /**
   * How often the publisher wants to be asked.
   *
   * @return the hint as it was given, which may be far too short or too long
   */
  public Optional<Duration> refreshHint() {
    return Optional.ofNullable(refreshHint);
  }

  /**
   * How often to ask the publisher: the refresh hint within sensible limits.
   *
   * @return from a minute to a day; five minutes without a hint
   */
  public Duration refreshInterval() {
    if (refreshHint == null) {
      return DEFAULT_INTERVAL;
    }
    if (refreshHint.compareTo(MIN_INTERVAL) < 0) {
      return MIN_INTERVAL;
    }
    return refreshHint.compareTo(MAX_INTERVAL) > 0 ? MAX_INTERVAL : refreshHint;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SpiffeBundle that
        && x509Bundle.equals(that.x509Bundle)
        && jwtBundle.equals(that.jwtBundle)
        && witBundle.equals(that.witBundle)
        && Objects.equals(sequence, that.sequence)
        && Objects.equals(refreshHint, that.refreshHint);
  }

  @Override
  public int hashCode() {
    return Objects.hash(x509Bundle, jwtBundle, witBundle, sequence, refreshHint);
  }

  @Override
  public String toString() {
    return "SpiffeBundle["
        + trustDomain()
        + ", x509="
        + x509Bundle.authorities().size()
        + ", jwt="
        + jwtBundle.authorities().keySet()
        + ", wit="
        + witBundle.authorities().keySet()
        + ", sequence="
        + (sequence == null ? "none" : sequence)
        + ", refreshHint="
        + (refreshHint == null ? "none" : refreshHint)
        + "]";
  }
}
