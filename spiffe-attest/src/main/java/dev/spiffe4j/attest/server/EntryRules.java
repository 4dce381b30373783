package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.store.BundleStore;
import java.util.regex.Pattern;

/** What a registration entry may say. */
final class EntryRules {
  private static final int MAX_LIST = 256;
  private static final Pattern ID = Pattern.compile("[-_.0-9A-Za-z]{1,255}");
  private static final Pattern DNS_NAME =
      Pattern.compile(
          "(\\*\\.)?[0-9A-Za-z]([-0-9A-Za-z]{0,61}[0-9A-Za-z])?"
              + "(\\.[0-9A-Za-z]([-0-9A-Za-z]{0,61}[0-9A-Za-z])?)*");

  private final TrustDomain trustDomain;
  private final BundleStore bundles;

  EntryRules(TrustDomain trustDomain, BundleStore bundles) {
    this.trustDomain = trustDomain;
    this.bundles = bundles;
  }

  void check(RegistrationEntry entry) {
    checkId(entry.id());
    checkSpiffeId(entry.spiffeId());
    checkParentId(entry.parentId());
    checkSelectors(entry);
    checkDnsNames(entry);
    entry.federatesWith().forEach(this::checkFederatesWith);
    require(entry.federatesWith().size() <= MAX_LIST, "federatesWith: too many");
    require(!entry.storeSvid() || entry.prefetch(), "storeSvid: needs prefetch");
  }

  private static void checkId(String id) {
    require(ID.matcher(id).matches(), "id: expected 1 to 255 of A-Z a-z 0-9 . _ -");
  }

  private void checkSpiffeId(SpiffeId id) {
    requireMember("spiffeId", id);
    // A workload with the ID of a server or an agent could speak for it.
    require(!WellKnownIds.isReserved(id), "spiffeId: " + id + " is reserved");
  }

  private void checkParentId(SpiffeId id) {
    requireMember("parentId", id);
  }

  private void requireMember(String what, SpiffeId id) {
    require(id.isMemberOf(trustDomain), what + ": " + id + " is not of " + trustDomain);
    require(!id.isTrustDomainId(), what + ": " + id + " has no path");
  }

  private static void checkSelectors(RegistrationEntry entry) {
    // Without selectors an entry would be everybody's.
    require(!entry.selectors().isEmpty(), "selectors: none");
    require(entry.selectors().size() <= MAX_LIST, "selectors: too many");
    if (entry.storeSvid()) {
      long types = entry.selectors().stream().map(has -> has.type()).distinct().count();
      require(types == 1, "selectors: of several types, for a stored SVID");
    }
  }

  private static void checkDnsNames(RegistrationEntry entry) {
    require(entry.dnsNames().size() <= MAX_LIST, "dnsNames: too many");
    for (String name : entry.dnsNames()) {
      require(name.length() <= 253 && DNS_NAME.matcher(name).matches(), "dnsNames: not a DNS name");
    }
  }

  private void checkFederatesWith(TrustDomain foreign) {
    require(!foreign.equals(trustDomain), "federatesWith: the own trust domain");
    require(bundles.find(foreign).isPresent(), "federatesWith: no bundle of " + foreign);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException("entry: " + message);
    }
  }
}
