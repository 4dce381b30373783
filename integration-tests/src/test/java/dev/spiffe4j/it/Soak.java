package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Handshakes over many rotations. Not among the tests of a build; {@code integration-tests/soak}
 * runs it.
 */
class Soak {
  private static final Duration SVID_TTL = Duration.ofSeconds(40);
  private static final int HANDSHAKES = 1000;
  private static final int PARTS = 5;
  private static final int LINKS = 4;

  private final BlockingQueue<X509Svid> rotations = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(LINKS);
  private final SoakHeap heap = new SoakHeap();
  private final AtomicLong handshakes = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private int rounds;
  private int passed;

  @Test
  @DisplayName("1,000 handshakes for each of many SVIDs: no error, and a flat heap")
  void soaks() throws Exception {
    long minutes = Long.parseLong(System.getProperty("spiffe4j.soak.minutes", "10"));
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    try (Engine engine = Engine.start()) {
      engine.register("/soak", SVID_TTL);
      try (X509Source source = X509Source.connect(engine.address());
          SoakLinks links = SoakLinks.of(LINKS, tls(source))) {
        source.subscribe(context -> rotations.add(context.x509Svid()));
        while (System.nanoTime() < end) {
          round(links.all());
        }
        report(source);
        assertThat(errors.get() + links.refused()).as("errors").isZero();
        assertThat(passed).as("SVIDs without 1,000 handshakes: the machine is too busy").isZero();
        assertThat(source.stats().badMessages()).as("bad messages").isZero();
        assertThat(source.lastError()).as("last error").isEmpty();
        assertThat(heap.isFlat()).as(heap.toString()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static SSLContext tls(X509Source source) {
    return SpiffeTls.builder(source, Authorizer.memberOf(Engine.TRUST_DOMAIN)).build().sslContext();
  }

  /** A new SVID, its handshakes, and what is left of them. */
  private void round(List<SoakLink> links) throws Exception {
    X509Svid svid = rotations.poll(2 * SVID_TTL.toSeconds(), TimeUnit.SECONDS);
    assertThat(svid).as("an SVID that is new").isNotNull();
    // What has been rotated past during the last round had no round of its own.
    passed += rotations.size();
    rotations.clear();
    for (int part = 0; part < PARTS; part++) {
      shakeHands(links);
      heap.sample();
    }
    rounds++;
  }

  /** A part of a round, on all links at once. */
  private void shakeHands(List<SoakLink> links) throws Exception {
    List<Callable<Void>> calls = new ArrayList<>();
    for (SoakLink link : links) {
      calls.add(
          () -> {
            for (int i = 0; i < HANDSHAKES / PARTS / LINKS; i++) {
              shakeHands(link);
            }
            return null;
          });
    }
    for (Future<Void> done : threads.invokeAll(calls)) {
      done.get();
    }
  }

  private void shakeHands(SoakLink link) {
    long number = handshakes.incrementAndGet();
    try {
      link.shakeHands();
    } catch (IOException e) {
      errors.incrementAndGet();
      System.out.println("soak: handshake " + number + " failed: " + e);
    }
  }

  private void report(X509Source source) {
    System.out.printf(
        "soak: %d handshakes, %d errors; %d SVIDs with %d handshakes each, %d passed over; %s%n",
        handshakes.get(), errors.get(), rounds, HANDSHAKES, passed, heap);
    System.out.printf("soak: %s%n", source.stats());
  }
}
