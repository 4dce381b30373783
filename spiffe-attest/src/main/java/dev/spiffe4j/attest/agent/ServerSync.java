package dev.spiffe4j.attest.agent;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.agent.HeldSvid.Need;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings the server's state here: in regular passes, and for a caller whose SVID is not there yet.
 * One at a time; what is served changes only at the end of each.
 */
final class ServerSync {
  /** How long a caller waits for the turn of its SVID. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TrustDomain trustDomain;
  private final AgentApi api;
  private final SvidSigner signer;
  private final Demand demand;
  private final Served served;
  private final InstantSource clock;
  private final ReentrantLock turn = new ReentrantLock();

  ServerSync(
      TrustDomain trustDomain,
      AgentApi api,
      SvidSigner signer,
      Demand demand,
      Served served,
      InstantSource clock) {
    this.trustDomain = trustDomain;
    this.api = api;
    this.signer = signer;
    this.demand = demand;
    this.served = served;
    this.clock = clock;
  }

  /** Makes what is served what the server wants. */
  void run() {
    turn.lock();
    try {
      SyncRun run =
          new SyncRun(
              trustDomain,
              api,
              signer,
              demand,
              served.entriesInUse(),
              clock.instant(),
              served.snapshot());
      try {
        run.run();
      } finally {
        served.commit(run.result());
      }
    } finally {
      turn.unlock();
    }
  }

  /** Has those SVIDs signed that a caller waits for. */
  void sign(List<RegistrationEntry> entries) {
    demand.used(entries, clock.instant());
    if (missing(entries).isEmpty() || !takeTurn()) {
      return;
    }
    try {
      List<RegistrationEntry> due = due(entries);
      while (!due.isEmpty()) {
        List<RegistrationEntry> batch = due.subList(0, Math.min(due.size(), signer.batchSize()));
        Snapshot before = served.snapshot();
        List<HeldSvid> signed = signer.sign(batch, before.bundles().own());
        served.commit(before.withSvids(before.svids().with(signed)));
        // What was tried is either there or has to wait.
        due = due(entries);
      }
    } finally {
      turn.unlock();
    }
  }

  private List<RegistrationEntry> due(List<RegistrationEntry> entries) {
    return missing(entries).stream().filter(signer::mayTry).toList();
  }

  /** Those of the entries, as they are now, that have no SVID. */
  private List<RegistrationEntry> missing(List<RegistrationEntry> entries) {
    Snapshot now = served.snapshot();
    List<RegistrationEntry> missing = new ArrayList<>();
    for (RegistrationEntry entry : entries) {
      RegistrationEntry current = now.entries().served(entry.id());
      if (current != null && now.svids().need(current, clock.instant()) == Need.MISSING) {
        missing.add(current);
      }
    }
    return missing;
  }

  private boolean takeTurn() {
    try {
      return turn.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
