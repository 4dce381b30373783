package dev.spiffe4j.attest.agent;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The entries that the agent serves, as the server told them last. A new one replaces it; it never
 * changes.
 */
final class EntryMirror {
  /** WAPI-76: the oldest entry's identity is the default one, before and after a restart. */
  static final Comparator<RegistrationEntry> ORDER =
      Comparator.comparing(RegistrationEntry::createdAt).thenComparing(RegistrationEntry::id);

  private final Map<String, RegistrationEntry> all;
  private final Map<String, RegistrationEntry> served;
  private final Map<Selector, List<RegistrationEntry>> byRarestSelector;

  private EntryMirror(
      Map<String, RegistrationEntry> all,
      Map<String, RegistrationEntry> served,
      Map<Selector, List<RegistrationEntry>> byRarestSelector) {
    this.all = all;
    this.served = served;
    this.byRarestSelector = byRarestSelector;
  }

  static EntryMirror empty() {
    return new EntryMirror(Map.of(), Map.of(), Map.of());
  }

  static EntryMirror of(TrustDomain trustDomain, Collection<RegistrationEntry> entries) {
    Map<String, RegistrationEntry> all = new HashMap<>();
    entries.forEach(entry -> all.put(entry.id(), entry));
    Map<String, RegistrationEntry> served = new LinkedHashMap<>();
    all.values().stream()
        .filter(entry -> isServed(trustDomain, entry))
        .sorted(ORDER)
        .forEach(entry -> served.put(entry.id(), entry));
    return new EntryMirror(all, served, index(served.values()));
  }

  private static boolean isServed(TrustDomain trustDomain, RegistrationEntry entry) {
    // An entry without selectors would match everybody. Stored SVIDs go to a store, not to callers.
    return !entry.selectors().isEmpty()
        && !entry.storeSvid()
        && entry.spiffeId().isMemberOf(trustDomain);
  }

  /** An entry is found by the one of its selectors that the fewest entries have. */
  private static Map<Selector, List<RegistrationEntry>> index(
      Collection<RegistrationEntry> entries) {
    Map<Selector, Long> counts =
        entries.stream()
            .flatMap(entry -> entry.selectors().stream())
            .collect(Collectors.groupingBy(selector -> selector, Collectors.counting()));
    Map<Selector, List<RegistrationEntry>> index = new HashMap<>();
    for (RegistrationEntry entry : entries) {
      Selector rarest =
          entry.selectors().stream()
              .min(Comparator.comparing(counts::get))
              .orElseThrow(() -> new AssertionError("an entry that is served has selectors"));
      index.computeIfAbsent(rarest, selector -> new ArrayList<>()).add(entry);
    }
    return index;
  }

  /** All entries as the server told them, also those that are not served to callers. */
  Collection<RegistrationEntry> all() {
    return Collections.unmodifiableCollection(all.values());
  }

  /** The entries that callers can get, oldest first. */
  Collection<RegistrationEntry> served() {
    return served.values();
  }

  @Nullable RegistrationEntry served(String id) {
    return served.get(id);
  }

  /**
   * The entries whose selectors a caller has, all of them, oldest first. An entry that has ended
   * matches nobody, whatever the server does about it.
   */
  List<RegistrationEntry> matching(Set<Selector> selectors, Instant now) {
    List<RegistrationEntry> found = new ArrayList<>();
    for (Selector selector : selectors) {
      for (RegistrationEntry entry : byRarestSelector.getOrDefault(selector, List.of())) {
        if (selectors.containsAll(entry.selectors()) && isCurrent(entry, now)) {
          found.add(entry);
        }
      }
    }
    found.sort(ORDER);
    return found;
  }

  static boolean isCurrent(RegistrationEntry entry, Instant now) {
    return entry.expiresAt().map(now::isBefore).orElse(true);
  }

  /** The foreign trust domains whose bundles the entries ask for. */
  Set<TrustDomain> federatesWith() {
    Set<TrustDomain> trustDomains = new LinkedHashSet<>();
    served.values().forEach(entry -> trustDomains.addAll(entry.federatesWith()));
    return trustDomains;
  }

  /** Whether these are the very entries that it was made of, in whatever order. */
  @SuppressWarnings("ReferenceEquality") // what did not change is the same instance
  boolean isOf(List<RegistrationEntry> entries) {
    Set<String> ids = new HashSet<>();
    return entries.size() == all.size()
        && entries.stream().allMatch(has -> all.get(has.id()) == has && ids.add(has.id()));
  }
}
