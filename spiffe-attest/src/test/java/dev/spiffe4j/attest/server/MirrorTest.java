package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.store.DataStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MirrorTest {
  private static final TrustDomain TD = TrustDomain.parse("example.org");
  private static final SpiffeId AGENT = SpiffeId.of(TD, "spire", "agent", "x", "1");

  private final DataStore store = DataStore.inMemory();

  private static RegistrationEntry entry(int number) {
    return RegistrationEntry.builder(SpiffeId.of(TD, "w" + number), AGENT)
        .id("e" + number)
        .selector("unix", "uid:" + number)
        .build();
  }

  @Test
  void followsTheStore() {
    store.entries().create(entry(1));
    try (Mirror mirror = new Mirror(store, TD)) {
      assertThat(mirror.graph().size()).isEqualTo(1);
      assertThat(mirror.bundle().sequenceNumber()).isZero();
      EntryGraph before = mirror.graph();
      store.entries().create(entry(2));
      store.bundles().update(TD, has -> has.withRefreshHint(Duration.ofSeconds(1)));
      assertThat(mirror.graph().size()).isEqualTo(2);
      assertThat(mirror.bundle().sequenceNumber()).isEqualTo(1);
      store.entries().delete("e1");
      store.bundles().delete(TD);
      assertThat(mirror.graph().size()).isEqualTo(1);
      assertThat(mirror.bundle(TD)).isEmpty();
      // What was read before has not changed under its reader.
      assertThat(before.size()).isEqualTo(1);
    }
  }

  @Test
  void readsAllAnewWhenItIsTooFarBehind() {
    Mirror mirror = new Mirror(store, TD);
    // It is woken no more, and then looks.
    mirror.close();
    for (int i = 0; i < 10_050; i++) {
      store.entries().create(entry(i));
    }
    store.entries().delete("e0");
    assertThat(mirror.graph().size()).isZero();
    mirror.refresh();
    assertThat(mirror.graph().size()).isEqualTo(10_049);
  }

  @Test
  void endsUpAsTheStoreIsHoweverManyWriteAtOnce() throws Exception {
    try (Mirror mirror = new Mirror(store, TD)) {
      ExecutorService writers = Executors.newFixedThreadPool(4);
      try {
        List<Future<?>> done = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
          Random random = new Random(writer);
          done.add(writers.submit(() -> write(random)));
        }
        for (Future<?> one : done) {
          one.get(60, TimeUnit.SECONDS);
        }
      } finally {
        writers.shutdownNow();
      }
      long live = 0;
      for (int i = 0; i < 100; i++) {
        live += store.entries().find("e" + i).isPresent() ? 1 : 0;
      }
      assertThat(mirror.graph().size()).isEqualTo(Math.toIntExact(live));
    }
  }

  private void write(Random random) {
    for (int i = 0; i < 2000; i++) {
      int number = random.nextInt(100);
      if (random.nextBoolean()) {
        store.entries().create(entry(number));
      } else {
        store.entries().delete("e" + number);
      }
    }
  }
}
