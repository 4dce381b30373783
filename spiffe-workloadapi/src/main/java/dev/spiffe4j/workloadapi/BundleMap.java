package dev.spiffe4j.workloadapi;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidSpiffeIdException;
import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Reading of a map of bundles. A bad element costs that element only: its trust domain is not
 * trusted, and the others are.
 */
final class BundleMap<B> {
  private static final int MAX_BUNDLES = 1000;
  private static final String SCHEME = "spiffe://";

  private final Map<TrustDomain, B> bundles = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private BundleMap() {}

  static <E, B> BundleMap<B> read(Map<String, E> entries, BiFunction<TrustDomain, E, B> parser) {
    if (entries.size() > MAX_BUNDLES) {
      throw Responses.invalid("more than " + MAX_BUNDLES + " bundles");
    }
    BundleMap<B> map = new BundleMap<>();
    // Names of the standard's form first: of two names of one trust domain, that one counts.
    for (boolean isStandard : new boolean[] {true, false}) {
      entries.forEach(
          (name, bundle) -> {
            if (name.startsWith(SCHEME) == isStandard) {
              map.add(name, trustDomain -> parser.apply(trustDomain, bundle));
            }
          });
    }
    return map;
  }

  private void add(String name, Function<TrustDomain, B> parser) {
    try {
      TrustDomain trustDomain = parseName(name);
      if (bundles.containsKey(trustDomain)) {
        problems.add("second bundle of trust domain " + trustDomain);
        return;
      }
      bundles.put(trustDomain, parser.apply(trustDomain));
    } catch (InvalidSpiffeIdException | InvalidDocumentException e) {
      problems.add("bundle left out: " + message(e));
    }
  }

  private TrustDomain parseName(String name) {
    if (!name.startsWith(SCHEME)) {
      TrustDomain trustDomain = TrustDomain.parse(name);
      problems.add("bundle of " + trustDomain + " is named without spiffe://");
      return trustDomain;
    }
    SpiffeId id = SpiffeId.parse(name);
    if (!id.isTrustDomainId()) {
      throw new InvalidDocumentException(
          InvalidDocumentException.Reason.BAD_SPIFFE_ID, "bundle named by a workload's ID");
    }
    return id.trustDomain();
  }

  private static String message(SpiffeException e) {
    return String.valueOf(e.getMessage());
  }

  Map<TrustDomain, B> bundles() {
    return bundles;
  }

  Parsed<Map<TrustDomain, B>> parsed() {
    return new Parsed<>(Map.copyOf(bundles), problems);
  }

  List<String> problems() {
    return problems;
  }
}
