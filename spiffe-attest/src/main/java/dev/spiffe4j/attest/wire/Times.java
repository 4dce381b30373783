package dev.spiffe4j.attest.wire;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.time.Duration;
import java.time.Instant;

/** Unix seconds on the wire. */
final class Times {
  /** The end of the year 9999, where X.509 ends too. */
  private static final long MAX_SECONDS = 253_402_300_799L;

  /** For what has no end. */
  static final Instant END = Instant.ofEpochSecond(MAX_SECONDS);

  private Times() {}

  static Instant instant(long seconds) {
    if (seconds < 0 || seconds > MAX_SECONDS) {
      throw new InvalidDocumentException(Reason.MALFORMED, "time out of range");
    }
    return Instant.ofEpochSecond(seconds);
  }

  static Duration duration(long seconds) {
    if (seconds < 0 || seconds > MAX_SECONDS) {
      throw new InvalidDocumentException(Reason.MALFORMED, "duration out of range");
    }
    return Duration.ofSeconds(seconds);
  }

  /** Later than what the wire can say is cut to that. */
  static int seconds(Duration duration) {
    return (int) Math.min(duration.toSeconds(), Integer.MAX_VALUE);
  }
}
