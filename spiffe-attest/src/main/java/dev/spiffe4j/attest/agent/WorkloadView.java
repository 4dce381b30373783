package dev.spiffe4j.attest.agent;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.RegistrationEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all callers get that match the same entries. What did not change since the view before is
 * the same instance, so that it is neither serialized nor sent again.
 *
 * @param identities the entries whose SVIDs are given, the default one first
 * @param x509Context the SVIDs that have not expired, and the bundles
 * @param x509Bundles the bundles alone
 * @param jwtBundles the JWT bundles
 * @param validUntil when the first of the SVIDs or of the entries ends
 */
record WorkloadView(
    List<RegistrationEntry> identities,
    X509Context x509Context,
    X509Context x509Bundles,
    List<JwtBundle> jwtBundles,
    Instant validUntil) {

  /**
   * Makes a view.
   *
   * @param matching the entries that the callers match, oldest first
   * @param before the view of the same entries before, if there is one
   */
  static WorkloadView of(
      Snapshot snapshot,
      List<RegistrationEntry> matching,
      Instant now,
      @Nullable WorkloadView before) {
    List<RegistrationEntry> identities = withoutRepeatedHints(matching);
    List<X509Svid> svids = svids(snapshot, identities, now);
    Collection<HeldBundle> bundles = bundles(snapshot.bundles(), matching);
    return new WorkloadView(
        identities,
        context(before == null ? null : before.x509Context(), svids, bundles),
        context(before == null ? null : before.x509Bundles(), List.of(), bundles),
        jwtBundles(before == null ? null : before.jwtBundles(), bundles),
        validUntil(svids, matching));
  }

  private static Instant validUntil(List<X509Svid> svids, List<RegistrationEntry> matching) {
    return Stream.concat(
            svids.stream().map(X509Svid::expiresAt),
            matching.stream().flatMap(entry -> entry.expiresAt().stream()))
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  /** WAPI-27, WAPI-76: of identities with one hint, the oldest entry's is given. */
  private static List<RegistrationEntry> withoutRepeatedHints(List<RegistrationEntry> matching) {
    Set<String> hints = new HashSet<>();
    return matching.stream()
        .filter(entry -> entry.hint().isEmpty() || hints.add(entry.hint()))
        .toList();
  }

  private static List<X509Svid> svids(
      Snapshot snapshot, List<RegistrationEntry> identities, Instant now) {
    List<X509Svid> svids = new ArrayList<>();
    for (RegistrationEntry entry : identities) {
      snapshot
          .svids()
          .usable(entry, now)
          .map(svid -> svid.withHint(entry.hint()))
          .ifPresent(svids::add);
    }
    return svids;
  }

  /** The own bundle, and those that the entries ask for and the agent has. */
  private static Collection<HeldBundle> bundles(
      BundleMirror mirror, List<RegistrationEntry> matching) {
    Map<TrustDomain, HeldBundle> bundles = new LinkedHashMap<>();
    bundles.put(mirror.own().trustDomain(), mirror.own());
    for (RegistrationEntry entry : matching) {
      for (TrustDomain foreign : entry.federatesWith()) {
        HeldBundle bundle = mirror.foreign().get(foreign);
        if (bundle != null) {
          bundles.putIfAbsent(foreign, bundle);
        }
      }
    }
    return bundles.values();
  }

  private static X509Context context(
      @Nullable X509Context before, List<X509Svid> svids, Collection<HeldBundle> bundles) {
    X509Context latest =
        X509Context.of(svids, bundles.stream().map(HeldBundle::x509Bundle).toList());
    return before != null && isSame(before, latest) ? before : latest;
  }

  private static boolean isSame(X509Context before, X509Context latest) {
    Map<TrustDomain, X509Bundle> bundles = before.bundles();
    if (!bundles.equals(latest.bundles()) || before.svids().size() != latest.svids().size()) {
      return false;
    }
    for (int i = 0; i < latest.svids().size(); i++) {
      if (!isSame(before.svids().get(i), latest.svids().get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(X509Svid before, X509Svid latest) {
    // Another SVID has another key, and so another leaf.
    return before.leaf().equals(latest.leaf())
        && before.chain().equals(latest.chain())
        && before.hint().equals(latest.hint());
  }

  private static List<JwtBundle> jwtBundles(
      @Nullable List<JwtBundle> before, Collection<HeldBundle> bundles) {
    List<JwtBundle> latest = bundles.stream().map(HeldBundle::jwtBundle).toList();
    return before != null && before.equals(latest) ? before : latest;
  }
}
