package dev.spiffe4j.attest.authority;

import dev.spiffe4j.attest.authority.AuthorityException.Reason;
import dev.spiffe4j.attest.authority.AuthorityRotation.State;
import dev.spiffe4j.attest.authority.AuthorityRotation.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The rotation of keys that X.509 and JWT authorities share. One change at a time; whoever signs
 * reads one volatile. Thread-safe.
 *
 * @param <T> what signs
 */
final class Rotation<T extends Slots.Authority> {
  private static final Logger LOGGER = System.getLogger(Rotation.class.getName());

  private final String kind;
  private final InstantSource clock;
  private final Function<String, T> generator;
  private final Consumer<T> publisher;
  private final Consumer<T> tainter;
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile Slots<T> slots = Slots.empty();

  /**
   * Makes a rotation.
   *
   * @param kind for the log
   * @param generator makes what signs in a slot, A or B
   * @param publisher puts it into the bundle
   * @param tainter marks it in the bundle
   */
  Rotation(
      String kind,
      InstantSource clock,
      Function<String, T> generator,
      Consumer<T> publisher,
      Consumer<T> tainter) {
    this.kind = kind;
    this.clock = clock;
    this.generator = generator;
    this.publisher = publisher;
    this.tainter = tainter;
  }

  /** What signs now. */
  T active() {
    Slots<T> current = slots;
    if (!current.hasUsable(clock.instant())) {
      throw new AuthorityException(Reason.NOT_READY, "no " + kind + " authority is active");
    }
    return current.active().orElseThrow();
  }

  List<Status> statuses() {
    return slots.statuses();
  }

  /** Prepares and activates what is due. */
  void rotate() {
    synchronized (lock) {
      Instant now = clock.instant();
      if (slots.isPrepareDue(now)) {
        prepare();
      }
      if (slots.isActivateDue(now)) {
        activate();
      }
    }
  }

  Status prepare() {
    synchronized (lock) {
      slots = slots.withoutNext();
      T authority = generator.apply(slots.next());
      // Published first: an authority that is not in the bundle must never be activated.
      publisher.accept(authority);
      slots = slots.withPrepared(authority);
      return changed(State.PREPARED);
    }
  }

  Status activate() {
    synchronized (lock) {
      slots = slots.activated();
      return changed(State.ACTIVE);
    }
  }

  Status taint(String authorityId) {
    synchronized (lock) {
      T old =
          slots
              .old()
              .filter(authority -> authority.authorityId().equals(authorityId))
              .orElseThrow(
                  () ->
                      new AuthorityException(
                          Reason.NOT_OLD, "only the " + kind + " authority before can be tainted"));
      tainter.accept(old);
      LOGGER.log(Level.INFO, "{0} authority {1} is tainted", kind, authorityId);
      return statusOf(State.OLD);
    }
  }

  private Status changed(State state) {
    Status status = statusOf(state);
    LOGGER.log(
        Level.INFO,
        "{0} authority {1} is {2}, expires {3}",
        kind,
        status.authorityId(),
        state,
        status.expiresAt().toString());
    return status;
  }

  private Status statusOf(State state) {
    return slots.statuses().stream()
        .filter(has -> has.state() == state)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + state + " authority after the change"));
  }
}
