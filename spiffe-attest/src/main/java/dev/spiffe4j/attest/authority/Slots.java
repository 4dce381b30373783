package dev.spiffe4j.attest.authority;

import dev.spiffe4j.attest.authority.AuthorityRotation.State;
import dev.spiffe4j.attest.authority.AuthorityRotation.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two places for keys, A and B: one signs, and the other holds the next one or the one before.
 * Immutable.
 *
 * @param <T> what signs
 */
final class Slots<T extends Slots.Authority> {
  private static final Duration MAX_PREPARE = Duration.ofDays(30);
  private static final Duration MAX_ACTIVATE = Duration.ofDays(7);

  /** What is in a slot. */
  interface Authority {
    String authorityId();

    Instant issuedAt();

    Instant expiresAt();
  }

  /** Whether A is the slot of the active key. */
  private final boolean activeInA;

  private final @Nullable T active;
  private final @Nullable T prepared;
  private final @Nullable T old;

  private Slots(boolean activeInA, @Nullable T active, @Nullable T prepared, @Nullable T old) {
    this.activeInA = activeInA;
    this.active = active;
    this.prepared = prepared;
    this.old = old;
  }

  static <T extends Authority> Slots<T> empty() {
    // The first key goes to the other slot, which is A.
    return new Slots<>(false, null, null, null);
  }

  /** The slot that the next key goes to; what it held signs no more. */
  String next() {
    return activeInA ? "B" : "A";
  }

  /** Without what is in the slot of the next key, which is about to be overwritten. */
  Slots<T> withoutNext() {
    return new Slots<>(activeInA, active, null, null);
  }

  Slots<T> withPrepared(T authority) {
    return new Slots<>(activeInA, active, authority, null);
  }

  Slots<T> activated() {
    if (prepared == null) {
      throw new AuthorityException(
          AuthorityException.Reason.NOT_PREPARED, "no authority is prepared");
    }
    return new Slots<>(!activeInA, /* active= */ prepared, /* prepared= */ null, /* old= */ active);
  }

  Optional<T> active() {
    return Optional.ofNullable(active);
  }

  Optional<T> prepared() {
    return Optional.ofNullable(prepared);
  }

  Optional<T> old() {
    return Optional.ofNullable(old);
  }

  boolean hasUsable(Instant now) {
    return isUsable(active, now);
  }

  private static boolean isUsable(@Nullable Authority authority, Instant now) {
    return authority != null && now.isBefore(authority.expiresAt());
  }

  boolean isPrepareDue(Instant now) {
    return !isUsable(prepared, now) && isDue(now, 2, MAX_PREPARE);
  }

  boolean isActivateDue(Instant now) {
    return prepared != null && isDue(now, 6, MAX_ACTIVATE);
  }

  private boolean isDue(Instant now, int divisor, Duration max) {
    if (active == null) {
      return true;
    }
    Duration part = Duration.between(active.issuedAt(), active.expiresAt()).dividedBy(divisor);
    Duration threshold = part.compareTo(max) < 0 ? part : max;
    return now.isAfter(active.expiresAt().minus(threshold));
  }

  List<Status> statuses() {
    List<Status> statuses = new ArrayList<>();
    add(statuses, active, State.ACTIVE);
    add(statuses, prepared, State.PREPARED);
    add(statuses, old, State.OLD);
    return List.copyOf(statuses);
  }

  private static void add(List<Status> statuses, @Nullable Authority authority, State state) {
    if (authority != null) {
      statuses.add(new Status(authority.authorityId(), state, authority.expiresAt()));
    }
  }
}
