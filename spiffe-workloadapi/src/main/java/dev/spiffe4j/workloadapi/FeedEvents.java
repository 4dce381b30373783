package dev.spiffe4j.workloadapi;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes what happens on one stream into a flight recording, where the platform has that. */
final class FeedEvents {
  /** A run-time image may leave the recorder out; then none of its classes may be touched. */
  private static final boolean HAS_RECORDER = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private final String name;
  private final String address;

  FeedEvents(String name, WorkloadApiAddress address) {
    this.name = name;
    this.address = address.toString();
  }

  <S, V> void updated(Expiry<S, V> expiry, @Nullable S before, S now) {
    if (!HAS_RECORDER) {
      return;
    }
    FlightEvents.updated(name, address);
    Optional<V> old = before == null ? Optional.empty() : expiry.defaultSvid(before);
    expiry
        .defaultSvid(now)
        .filter(svid -> !svid.equals(old.orElse(null)))
        .ifPresent(svid -> rotated(expiry.id().apply(svid), expiry.expiresAt().apply(svid)));
  }

  private void rotated(SpiffeId id, Instant expiresAt) {
    FlightEvents.rotated(name, address, id.toString(), expiresAt);
  }

  void streamEnded(Reason reason, boolean isLast) {
    if (HAS_RECORDER) {
      FlightEvents.streamEnded(name, address, reason.name(), isLast);
    }
  }

  void withdrawn() {
    if (HAS_RECORDER) {
      FlightEvents.withdrawn(name, address);
    }
  }
}
