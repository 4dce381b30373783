package dev.spiffe4j.attest.agent;

import dev.spiffe4j.attest.RegistrationEntry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** When to try again to sign for entries that failed for themselves. Not thread-safe. */
final class RetryTimes {
  private static final Duration INITIAL = Duration.ofSeconds(5);
  private static final Duration MAX = Duration.ofMinutes(4);

  private final SecureRandom random;
  private final Map<String, Failure> failures = new HashMap<>();

  private record Failure(RegistrationEntry entry, Backoff backoff, Instant retryAt) {}

  RetryTimes(SecureRandom random) {
    this.random = random;
  }

  /** An entry that was changed since it failed is tried at once. */
  @SuppressWarnings("ReferenceEquality") // an entry that did not change is the same instance
  boolean mayTry(RegistrationEntry entry, Instant now) {
    Failure failure = failures.get(entry.id());
    return failure == null || failure.entry() != entry || !now.isBefore(failure.retryAt());
  }

  /** Notes a failure; true if it is the first one in a row. */
  boolean failed(RegistrationEntry entry, Instant now) {
    Failure before = failures.get(entry.id());
    Backoff backoff = before == null ? new Backoff(INITIAL, MAX, random) : before.backoff();
    failures.put(entry.id(), new Failure(entry, backoff, now.plus(backoff.next())));
    return before == null;
  }

  void succeeded(RegistrationEntry entry) {
    failures.remove(entry.id());
  }

  void retain(Set<String> entryIds) {
    failures.keySet().retainAll(entryIds);
  }
}
