package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bundles from several sources, such as the Workload API's, federation's and files: the first that
 * has the bundle of a trust domain gives it, whole. Bundles of two sources are never merged, so
 * that a later source cannot add an authority to what an earlier one vouches for; put the source of
 * the own trust domain's bundle first. Immutable and thread-safe.
 *
 * <p>A source that throws a {@link SpiffeException}, or answers with the bundle of another trust
 * domain than was asked for, is passed over. That means that a later source speaks for a trust
 * domain while an earlier one is out of order: list two sources for one trust domain only if both
 * may. If no other has the bundle, what the source threw is thrown on, so that being unable to tell
 * is not taken for being unknown.
 */
public final class CompositeBundleSource implements BundleSource {
  private final List<BundleSource> sources;

  private CompositeBundleSource(List<BundleSource> sources) {
    this.sources = sources;
  }

  /**
   * Puts sources together.
   *
   * @param sources the sources, the one to be asked first in front
   * @return one source of them all
   * @throws IllegalArgumentException if there is none
   */
  public static CompositeBundleSource of(BundleSource... sources) {
    return of(List.of(sources));
  }

  /**
   * Puts sources together.
   *
   * @param sources the sources, the one to be asked first in front
   * @return one source of them all
   * @throws IllegalArgumentException if there is none
   */
  public static CompositeBundleSource of(List<? extends BundleSource> sources) {
    List<BundleSource> copy = List.copyOf(sources);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException("sources: empty");
    }
    return new CompositeBundleSource(copy);
  }

  /**
   * The bundle of one trust domain.
   *
   * @throws SpiffeException if no source has it, and one could not tell
   * @throws SvidVerificationException with {@link SvidVerificationException.Reason#NO_BUNDLE} if no
   *     source has it, and one answered with a bundle of another trust domain
   */
  @Override
  public Optional<SpiffeBundle> bundle(TrustDomain trustDomain) {
    requireNonNull(trustDomain, "trustDomain");
    List<SpiffeException> failures = new ArrayList<>();
    for (BundleSource source : sources) {
      @Nullable SpiffeBundle bundle = ask(source, trustDomain, failures);
      if (bundle != null) {
        return Optional.of(bundle);
      }
    }
    if (failures.isEmpty()) {
      return Optional.empty();
    }
    throw failures.get(0);
  }

  private static @Nullable SpiffeBundle ask(
      BundleSource source, TrustDomain trustDomain, List<SpiffeException> failures) {
    try {
      @Nullable SpiffeBundle bundle = source.bundle(trustDomain).orElse(null);
      if (bundle != null && !bundle.trustDomain().equals(trustDomain)) {
        // The keys of one trust domain must not speak for another.
        throw new SvidVerificationException(
            SvidVerificationException.Reason.NO_BUNDLE,
            "asked for the bundle of " + trustDomain + ", got that of " + bundle.trustDomain());
      }
      return bundle;
    } catch (SpiffeException e) {
      failures.add(e);
      return null;
    }
  }

  @Override
  public String toString() {
    return "CompositeBundleSource" + sources;
  }
}
