package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SubscribersTest {
  private final SourceThreads threads = SourceThreads.of("subscribers-test", null, null);
  private final Subscribers<Integer> subscribers = new Subscribers<>(threads.callbacks());
  private final BlockingQueue<Integer> told = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    threads.close();
  }

  private Integer next() throws InterruptedException {
    return told.poll(60, TimeUnit.SECONDS);
  }

  @Test
  @DisplayName("who is slow holds up nobody, and hears of the newest when the time has come")
  void survivesSlow() throws Exception {
    CountDownLatch isCalled = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    List<Integer> heard = new ArrayList<>();
    CountDownLatch heardTwo = new CountDownLatch(2);
    subscribers
        .prepare(
            value -> {
              isCalled.countDown();
              try {
                gate.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              heard.add(value);
              heardTwo.countDown();
            })
        .begin();
    subscribers.prepare(told::add).begin();
    subscribers.tell(1);
    assertThat(isCalled.await(60, TimeUnit.SECONDS)).isTrue();
    for (int i = 2; i <= 100; i++) {
      subscribers.tell(i);
    }
    for (int value = 0; value != 100; ) {
      value = next();
    }
    gate.countDown();
    assertThat(heardTwo.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(heard).containsExactly(1, 100);
  }

  @Test
  @DisplayName("who throws harms nobody, and is called again; it is counted")
  void survivesThrowing() throws Exception {
    subscribers
        .prepare(
            value -> {
              told.add(-value);
              throw new StackOverflowError("a bad subscriber");
            })
        .begin();
    subscribers.prepare(told::add).begin();
    subscribers.tell(1);
    assertThat(List.of(next(), next())).containsExactlyInAnyOrder(-1, 1);
    subscribers.tell(2);
    assertThat(List.of(next(), next())).containsExactlyInAnyOrder(-2, 2);
    Await.until(() -> subscribers.failures() == 2);
  }

  @Test
  @DisplayName("a thousand subscribers each hear the last value, one call at a time")
  void servesMany() throws Exception {
    CountDownLatch all = new CountDownLatch(1000);
    AtomicInteger overlaps = new AtomicInteger();
    for (int i = 0; i < 1000; i++) {
      AtomicBoolean isRunning = new AtomicBoolean();
      subscribers
          .prepare(
              value -> {
                if (!isRunning.compareAndSet(false, true)) {
                  overlaps.incrementAndGet();
                }
                if (value == 50) {
                  all.countDown();
                }
                isRunning.set(false);
              })
          .begin();
    }
    for (int i = 1; i <= 50; i++) {
      subscribers.tell(i);
    }
    assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(overlaps).hasValue(0);
  }

  @Test
  @DisplayName("an executor that is overloaded for once loses nobody")
  void survivesRejection() {
    AtomicBoolean isFull = new AtomicBoolean(true);
    Subscribers<Integer> own =
        new Subscribers<>(
            work -> {
              if (isFull.get()) {
                throw new RejectedExecutionException("full");
              }
              work.run();
            });
    own.prepare(told::add).begin();
    own.tell(1);
    isFull.set(false);
    own.tell(2);
    assertThat(told).containsExactly(2);
  }
}
