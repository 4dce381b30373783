package dev.spiffe4j.attest.agent;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.agent.AgentHealth.State;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is served now, and the streams that are told when it changes. Thread-safe. */
final class Served {
  private final TrustDomain trustDomain;
  private final InstantSource clock;
  private final Object lock = new Object();
  private final Set<WorkloadStream<?>> streams = ConcurrentHashMap.newKeySet();

  /** Both are written under the lock, so that nothing is served again after the end. */
  private volatile Views views;

  private volatile State state = State.RUNNING;

  Served(TrustDomain trustDomain, InstantSource clock) {
    this.trustDomain = trustDomain;
    this.clock = clock;
    this.views = Views.of(Snapshot.empty(trustDomain));
  }

  State state() {
    return state;
  }

  Snapshot snapshot() {
    return views.snapshot();
  }

  /** Serves another snapshot from now on. */
  void commit(Snapshot latest) {
    synchronized (lock) {
      if (state != State.RUNNING || latest.isSameAs(views.snapshot())) {
        return;
      }
      views = views.replacedBy(latest);
    }
    refreshStreams();
  }

  /** Stops to serve, for ever; false if that was done before. */
  boolean end(State how) {
    synchronized (lock) {
      if (state != State.RUNNING) {
        return false;
      }
      state = how;
      views = Views.of(Snapshot.empty(trustDomain));
    }
    refreshStreams();
    return true;
  }

  /** Gives each stream what has changed for it, be it only by the time. */
  void refreshStreams() {
    streams.forEach(WorkloadStream::refresh);
  }

  /** When something that is served ends by itself. */
  Instant nextEnd(Instant now) {
    return views.nextEnd(now);
  }

  /** What callers of these selectors get. */
  WorkloadView view(Set<Selector> selectors) {
    WorkloadView view = views.view(selectors, clock.instant());
    // Read after the view: there is no material behind an end.
    return switch (state) {
      case RUNNING -> view;
      case BANNED -> throw noIdentity();
      case STOPPED -> throw unavailable("the agent must be attested again");
      case CLOSED -> throw unavailable("the agent is closed");
    };
  }

  void add(WorkloadStream<?> stream) {
    streams.add(stream);
  }

  void remove(WorkloadStream<?> stream) {
    streams.remove(stream);
  }

  int streamCount() {
    return streams.size();
  }

  /** The entries whose X.509-SVIDs some stream follows. */
  Set<String> entriesInUse() {
    Set<String> ids = new HashSet<>();
    for (WorkloadStream<?> stream : streams) {
      stream.followed().stream().map(RegistrationEntry::id).forEach(ids::add);
    }
    return ids;
  }

  static WorkloadApiException noIdentity() {
    return new WorkloadApiException(Reason.NO_IDENTITY, "no identity issued");
  }

  static WorkloadApiException unavailable(String why) {
    return new WorkloadApiException(Reason.UNAVAILABLE, why);
  }

  static List<RegistrationEntry> requireIdentities(WorkloadView view) {
    if (view.identities().isEmpty()) {
      throw noIdentity();
    }
    return view.identities();
  }
}
