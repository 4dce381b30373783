package dev.spiffe4j.workloadapi.micrometer;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.workloadapi.LiveSource;
import dev.spiffe4j.workloadapi.SourceStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * The health and the counters of a source as meters, each with a tag {@code source}: {@code
 * spiffe.source.ready}, {@code .updates}, {@code .bad.messages}, {@code .bad.elements}, {@code
 * .stream.ends}, {@code .withdrawals}, {@code .subscriber.failures}, {@code .update.age} and {@code
 * .svid.remaining}. The registry keeps the source from nothing: it is to be closed as without.
 * Thread-safe.
 */
@SuppressWarnings("exports") // whoever calls it has Micrometer
public final class SourceMeters implements MeterBinder {
  private final LiveSource source;
  private final String name;
  private final InstantSource clock;

  private SourceMeters(LiveSource source, String name, InstantSource clock) {
    this.source = requireNonNull(source, "source");
    this.name = requireNonNull(name, "name");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * Makes a binder that goes by the system's clock.
   *
   * @param source what is measured
   * @param name the value of the tag, such as {@code x509}
   * @return a binder
   */
  public static SourceMeters of(LiveSource source, String name) {
    return of(source, name, InstantSource.system());
  }

  /**
   * Makes a binder.
   *
   * @param source what is measured
   * @param name the value of the tag, such as {@code x509}
   * @param clock what ages are measured by
   * @return a binder
   */
  public static SourceMeters of(LiveSource source, String name, InstantSource clock) {
    return new SourceMeters(source, name, clock);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("spiffe.source.ready", source, each -> each.isReady() ? 1 : 0)
        .description("1 if the source can be used now")
        .tags(tags())
        .register(registry);
    count(registry, "updates", SourceStats::updates);
    count(registry, "bad.messages", SourceStats::badMessages);
    count(registry, "bad.elements", SourceStats::badElements);
    count(registry, "stream.ends", SourceStats::streamEnds);
    count(registry, "withdrawals", SourceStats::withdrawals);
    count(registry, "subscriber.failures", SourceStats::subscriberFailures);
    time(registry, "update.age", each -> each.stats().lastUpdateAt().map(this::since));
    time(
        registry,
        "svid.remaining",
        each -> each.stats().expiresAt().map(end -> since(end).negated()));
  }

  private Tags tags() {
    return Tags.of("source", name);
  }

  private void count(MeterRegistry registry, String what, ToLongFunction<SourceStats> count) {
    FunctionCounter.builder(
            "spiffe.source." + what, source, each -> (double) count.applyAsLong(each.stats()))
        .tags(tags())
        .register(registry);
  }

  private void time(MeterRegistry registry, String what, Time time) {
    TimeGauge.builder(
            "spiffe.source." + what,
            source,
            TimeUnit.MILLISECONDS,
            each -> time.of(each).map(duration -> (double) duration.toMillis()).orElse(Double.NaN))
        .tags(tags())
        .register(registry);
  }

  private Duration since(Instant before) {
    return Duration.between(before, clock.instant());
  }

  private interface Time {
    Optional<Duration> of(LiveSource source);
  }
}
