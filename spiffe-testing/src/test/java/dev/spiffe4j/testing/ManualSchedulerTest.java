package dev.spiffe4j.testing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored")
class ManualSchedulerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final MutableInstantSource clock = MutableInstantSource.of(START);
  private final ManualScheduler scheduler = ManualScheduler.of(clock);
  private final List<String> ran = new ArrayList<>();

  @Test
  void runsNothingUnlessAsked() {
    scheduler.execute(() -> ran.add("now"));
    assertThat(ran).isEmpty();

    assertThat(scheduler.runDue()).isEqualTo(1);
    assertThat(ran).containsExactly("now");
  }

  @Test
  void runsInTheOrderOfTimeAndThenOfArrival() {
    scheduler.schedule(() -> ran.add("2nd at 5 s"), 5, SECONDS);
    scheduler.schedule(() -> ran.add("at 3 s"), 3, SECONDS);
    scheduler.schedule(() -> ran.add("3rd at 5 s"), 5, SECONDS);
    scheduler.schedule(() -> ran.add("at 6 s"), 6, SECONDS);

    clock.advance(Duration.ofSeconds(5));
    scheduler.runDue();

    assertThat(ran).containsExactly("at 3 s", "2nd at 5 s", "3rd at 5 s");
    assertThat(scheduler.nextDue()).contains(START.plusSeconds(6));
  }

  @Test
  void advanceShowsEachTaskItsOwnTime() {
    scheduler.scheduleAtFixedRate(this::noteTime, 1, 2, SECONDS);

    scheduler.advance(Duration.ofSeconds(6));

    assertThat(ran).containsExactly("PT1S", "PT3S", "PT5S");
    assertThat(clock.instant()).isEqualTo(START.plusSeconds(6));
  }

  @Test
  void fixedRateCatchesUpAndFixedDelayDoesNot() {
    scheduler.scheduleAtFixedRate(() -> ran.add("rate"), 1, 1, SECONDS);
    scheduler.scheduleWithFixedDelay(() -> ran.add("delay"), 1, 1, SECONDS);

    clock.advance(Duration.ofSeconds(3));
    scheduler.runDue();

    assertThat(ran).containsExactly("rate", "delay", "rate", "rate");
  }

  @Test
  void aTaskMayScheduleAnother() {
    scheduler.execute(() -> scheduler.execute(() -> ran.add("inner")));

    assertThat(scheduler.runDue()).isEqualTo(2);
    assertThat(ran).containsExactly("inner");
  }

  @Test
  void aCancelledTaskNeverRuns() {
    ScheduledFuture<?> once = scheduler.schedule(() -> ran.add("once"), 1, SECONDS);
    ScheduledFuture<?> often = scheduler.scheduleAtFixedRate(() -> ran.add("often"), 1, 1, SECONDS);
    scheduler.advance(Duration.ofSeconds(1));
    assertThat(ran).containsExactly("once", "often");

    assertThat(once.cancel(false)).isFalse();
    assertThat(often.cancel(false)).isTrue();
    scheduler.advance(Duration.ofSeconds(5));

    assertThat(ran).containsExactly("once", "often");
    assertThat(scheduler.nextDue()).isEmpty();
  }

  @Test
  void aPeriodicTaskThatThrowsEnds() {
    ScheduledFuture<?> broken =
        scheduler.scheduleAtFixedRate(
            () -> {
              ran.add("broken");
              throw new IllegalStateException("boom");
            },
            1,
            1,
            SECONDS);

    scheduler.advance(Duration.ofSeconds(5));

    assertThat(ran).containsExactly("broken");
    assertThat(broken.isDone()).isTrue();
  }

  @Test
  void givesResults() throws Exception {
    Future<String> future = scheduler.submit(() -> "done");
    scheduler.runDue();

    assertThat(future.get()).isEqualTo("done");
  }

  @Test
  void shutdownCancelsWhatWaits() {
    ScheduledFuture<?> waiting = scheduler.schedule(() -> ran.add("never"), 1, SECONDS);

    scheduler.shutdown();
    scheduler.advance(Duration.ofSeconds(5));

    assertThat(ran).isEmpty();
    assertThat(waiting.isCancelled()).isTrue();
    assertThat(scheduler.isTerminated()).isTrue();
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> scheduler.execute(() -> ran.add("late")));
  }

  private void noteTime() {
    ran.add(Duration.between(START, clock.instant()).toString());
  }
}
