package dev.spiffe4j.workloadapi;

import java.time.Instant;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * The events of sources in a flight recording. As long as nobody has begun one, the classes of
 * events stay unloaded.
 */
final class FlightEvents {
  private FlightEvents() {}

  static void updated(String stream, String address) {
    if (!FlightRecorder.isInitialized()) {
      return;
    }
    UpdateReceived event = new UpdateReceived();
    event.stream = stream;
    event.address = address;
    event.commit();
  }

  static void rotated(String stream, String address, String spiffeId, Instant expiresAt) {
    if (!FlightRecorder.isInitialized()) {
      return;
    }
    SvidRotated event = new SvidRotated();
    event.stream = stream;
    event.address = address;
    event.spiffeId = spiffeId;
    event.expiresAt = expiresAt.toEpochMilli();
    event.commit();
  }

  static void streamEnded(String stream, String address, String reason, boolean isLast) {
    if (!FlightRecorder.isInitialized()) {
      return;
    }
    StreamEnded event = new StreamEnded();
    event.stream = stream;
    event.address = address;
    event.reason = reason;
    event.isLast = isLast;
    event.commit();
  }

  static void withdrawn(String stream, String address) {
    if (!FlightRecorder.isInitialized()) {
      return;
    }
    Withdrawn event = new Withdrawn();
    event.stream = stream;
    event.address = address;
    event.commit();
  }

  @Name("dev.spiffe4j.UpdateReceived")
  @Label("SPIFFE update received")
  @Category("SPIFFE")
  @StackTrace(false)
  static final class UpdateReceived extends Event {
    @Nullable String stream;
    @Nullable String address;
  }

  @Name("dev.spiffe4j.SvidRotated")
  @Label("SVID rotated")
  @Category("SPIFFE")
  @StackTrace(false)
  static final class SvidRotated extends Event {
    @Nullable String stream;
    @Nullable String address;
    @Nullable String spiffeId;

    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long expiresAt;
  }

  @Name("dev.spiffe4j.StreamEnded")
  @Label("SPIFFE stream ended")
  @Category("SPIFFE")
  @StackTrace(false)
  static final class StreamEnded extends Event {
    @Nullable String stream;
    @Nullable String address;
    @Nullable String reason;
    boolean isLast;
  }

  @Name("dev.spiffe4j.Withdrawn")
  @Label("SPIFFE identity withdrawn")
  @Category("SPIFFE")
  @StackTrace(false)
  static final class Withdrawn extends Event {
    @Nullable String stream;
    @Nullable String address;
  }
}
