package dev.spiffe4j.attest.agent;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.agent.HeldSvid.Need;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * One pass from the server's state to a new snapshot: entries, then bundles, then the SVIDs that
 * both ask for. If it fails half way, what came before holds: an entry that was deleted must not
 * live on because a later call failed.
 */
final class SyncRun {
  /** SPIRE's bound for each pass, so that a tainted authority does not re-sign all at once. */
  private static final int MAX_TAINTED = 100;

  private final TrustDomain trustDomain;
  private final AgentApi api;
  private final SvidSigner signer;
  private final Demand demand;
  private final Set<String> inUse;
  private final Instant now;
  private Snapshot next;
  private Set<String> kept = Set.of();

  SyncRun(
      TrustDomain trustDomain,
      AgentApi api,
      SvidSigner signer,
      Demand demand,
      Set<String> inUse,
      Instant now,
      Snapshot before) {
    this.trustDomain = trustDomain;
    this.api = api;
    this.signer = signer;
    this.demand = demand;
    this.inUse = inUse;
    this.now = now;
    this.next = before;
  }

  /** What is to be served from now on, also if {@link #run} has thrown. */
  Snapshot result() {
    return next;
  }

  void run() {
    syncEntries();
    syncBundles();
    dropSvids();
    signSvids();
  }

  private void syncEntries() {
    List<RegistrationEntry> latest = api.syncAuthorizedEntries(next.entries().all());
    if (!next.entries().isOf(latest)) {
      next = next.withEntries(EntryMirror.of(trustDomain, latest));
    }
  }

  private void syncBundles() {
    TrustBundle own = requireOf(trustDomain, api.bundle());
    List<TrustBundle> foreign = new ArrayList<>();
    for (TrustDomain other : next.entries().federatesWith()) {
      if (!other.equals(trustDomain)) {
        addForeign(foreign, other);
      }
    }
    next = next.withBundles(next.bundles().replacedBy(own, foreign));
  }

  private void addForeign(Collection<TrustBundle> foreign, TrustDomain other) {
    try {
      api.federatedBundle(other).ifPresent(bundle -> foreign.add(requireOf(other, bundle)));
    } catch (NodeApiException e) {
      HeldBundle known = next.bundles().foreign().get(other);
      if (e.reason() != Reason.INVALID_RESPONSE && e.reason() != Reason.INTERNAL) {
        throw e;
      }
      // One bundle that cannot be had must not hold up the others.
      if (known != null) {
        foreign.add(known.bundle());
      }
    }
  }

  private static TrustBundle requireOf(TrustDomain trustDomain, TrustBundle bundle) {
    if (!bundle.trustDomain().equals(trustDomain)) {
      throw new NodeApiException(
          Reason.INVALID_RESPONSE,
          "bundle of " + bundle.trustDomain() + " (expected: " + trustDomain + ")");
    }
    return bundle;
  }

  /** Forgets the keys that nobody can or will use. */
  private void dropSvids() {
    kept = demand.kept(next.entries(), inUse);
    kept.removeIf(id -> !isRenewed(id) && need(id) != Need.NONE);
    next = next.withSvids(next.svids().retain(kept));
    signer.retain(kept);
  }

  private void signSvids() {
    List<RegistrationEntry> due = due();
    while (!due.isEmpty()) {
      List<RegistrationEntry> batch = due.subList(0, Math.min(due.size(), signer.batchSize()));
      List<HeldSvid> signed = signer.sign(batch, next.bundles().own());
      next = next.withSvids(next.svids().with(signed));
      due = due.subList(batch.size(), due.size());
    }
  }

  /** The entries that need SVIDs, the most urgent first. */
  private List<RegistrationEntry> due() {
    List<RegistrationEntry> due = new ArrayList<>();
    List<RegistrationEntry> tainted = new ArrayList<>();
    for (String id : kept) {
      RegistrationEntry entry = next.entries().served(id);
      if (entry == null || !isRenewed(id) || !signer.mayTry(entry)) {
        continue;
      }
      switch (next.svids().need(entry, now)) {
        case MISSING, DUE -> due.add(entry);
        case TAINTED -> tainted.add(entry);
        case NONE -> {}
      }
    }
    due.sort(Comparator.comparing(entry -> next.svids().need(entry, now)));
    due.addAll(tainted.subList(0, Math.min(tainted.size(), MAX_TAINTED)));
    return due;
  }

  private Need need(String id) {
    RegistrationEntry entry = next.entries().served(id);
    return entry == null ? Need.MISSING : next.svids().need(entry, now);
  }

  /** Without prefetch, an SVID is made when it is asked for, and renewed while it is followed. */
  private boolean isRenewed(String id) {
    RegistrationEntry entry = next.entries().served(id);
    return entry != null
        && EntryMirror.isCurrent(entry, now)
        && (entry.prefetch() || inUse.contains(id));
  }
}
