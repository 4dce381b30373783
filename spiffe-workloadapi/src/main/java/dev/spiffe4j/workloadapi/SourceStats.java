package dev.spiffe4j.workloadapi;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a source has seen up to one moment. Immutable and thread-safe. */
public final class SourceStats {
  static final SourceStats NONE = new SourceStats(0, 0, 0, 0, 0, 0, 0, null, null);

  private final long messages;
  private final long updates;
  private final long badMessages;
  private final long badElements;
  private final long streamEnds;
  private final long withdrawals;
  private final long subscriberFailures;
  private final @Nullable Instant lastUpdateAt;
  private final @Nullable Instant expiresAt;

  SourceStats(
      long messages,
      long updates,
      long badMessages,
      long badElements,
      long streamEnds,
      long withdrawals,
      long subscriberFailures,
      @Nullable Instant lastUpdateAt,
      @Nullable Instant expiresAt) {
    this.messages = messages;
    this.updates = updates;
    this.badMessages = badMessages;
    this.badElements = badElements;
    this.streamEnds = streamEnds;
    this.withdrawals = withdrawals;
    this.subscriberFailures = subscriberFailures;
    this.lastUpdateAt = lastUpdateAt;
    this.expiresAt = expiresAt;
  }

  /** Both together: sums, the later update, and the earlier expiry. */
  SourceStats plus(SourceStats other) {
    return new SourceStats(
        messages + other.messages,
        updates + other.updates,
        badMessages + other.badMessages,
        badElements + other.badElements,
        streamEnds + other.streamEnds,
        withdrawals + other.withdrawals,
        subscriberFailures + other.subscriberFailures,
        earlier(lastUpdateAt, other.lastUpdateAt, false),
        earlier(expiresAt, other.expiresAt, true));
  }

  private static @Nullable Instant earlier(
      @Nullable Instant one, @Nullable Instant other, boolean isEarlier) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) == isEarlier ? one : other;
  }

  SourceStats with(long subscriberFailures, @Nullable Instant expiresAt) {
    return plus(new SourceStats(0, 0, 0, 0, 0, 0, subscriberFailures, null, expiresAt));
  }

  /**
   * Messages of the server.
   *
   * @return how many came, good and bad, new and repeated
   */
  public long messages() {
    return messages;
  }

  /**
   * Messages that changed what is served.
   *
   * @return how many did
   */
  public long updates() {
    return updates;
  }

  /**
   * Messages that could not be read, or not be used, and changed nothing.
   *
   * @return how many there were
   */
  public long badMessages() {
    return badMessages;
  }

  /**
   * Elements that were left out of messages that could be used otherwise.
   *
   * @return how many there were
   */
  public long badElements() {
    return badElements;
  }

  /**
   * Streams that have ended, each of which began anew unless it was the last.
   *
   * @return how many did
   */
  public long streamEnds() {
    return streamEnds;
  }

  /**
   * Denials that took away what was served.
   *
   * @return how many there were
   */
  public long withdrawals() {
    return withdrawals;
  }

  /**
   * Calls of subscribers that threw.
   *
   * @return how many did
   */
  public long subscriberFailures() {
    return subscriberFailures;
  }

  /**
   * The last change of what is served.
   *
   * @return when, or nothing if there was none
   */
  public Optional<Instant> lastUpdateAt() {
    return Optional.ofNullable(lastUpdateAt);
  }

  /**
   * The end of the default SVID that is served.
   *
   * @return when, or nothing if there is none
   */
  public Optional<Instant> expiresAt() {
    return Optional.ofNullable(expiresAt);
  }

  @Override
  public String toString() {
    return "SourceStats[messages="
        + messages
        + ", updates="
        + updates
        + ", badMessages="
        + badMessages
        + ", badElements="
        + badElements
        + ", streamEnds="
        + streamEnds
        + ", withdrawals="
        + withdrawals
        + ", subscriberFailures="
        + subscriberFailures
        + ", lastUpdateAt="
        + lastUpdateAt
        + ", expiresAt="
        + expiresAt
        + "]";
  }
}
