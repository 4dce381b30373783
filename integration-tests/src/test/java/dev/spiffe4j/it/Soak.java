package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Handshakes over many rotations. Not among the tests of a build; {@code ./soak} runs it. */
class Soak {
  private static final Duration SVID_TTL = Duration.ofSeconds(16);
  private static final int HANDSHAKES = 1000;
  private static final int SAMPLED = 200;

  private final BlockingQueue<X509Svid> rotations = new LinkedBlockingQueue<>();
  private final SoakHeap heap = new SoakHeap();
  private long handshakes;
  private long errors;
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
          SoakLink link = new SoakLink(tls(source))) {
        source.subscribe(context -> rotations.add(context.x509Svid()));
        while (System.nanoTime() < end) {
          round(link);
        }
        report(source);
        assertThat(errors + link.refused()).as("errors").isZero();
        assertThat(source.stats().badMessages()).as("bad messages").isZero();
        assertThat(source.lastError()).as("last error").isEmpty();
        assertThat(heap.isFlat()).as(heap.toString()).isTrue();
      }
    }
  }

  private static SSLContext tls(X509Source source) {
    return SpiffeTls.builder(source, Authorizer.memberOf(Engine.TRUST_DOMAIN)).build().sslContext();
  }

  /** A new SVID, its handshakes, and what is left of them. */
  private void round(SoakLink link) throws InterruptedException {
    X509Svid svid = rotations.poll(2 * SVID_TTL.toSeconds(), TimeUnit.SECONDS);
    assertThat(svid).as("an SVID that is new").isNotNull();
    // What has been rotated past during the last round had no round of its own.
    passed += rotations.size();
    rotations.clear();
    for (int i = 0; i < HANDSHAKES; i++) {
      shakeHands(link);
      if (i % SAMPLED == 0) {
        heap.sample();
      }
    }
    rounds++;
  }

  private void shakeHands(SoakLink link) {
    handshakes++;
    try {
      link.shakeHands();
    } catch (IOException e) {
      errors++;
      System.out.println("soak: handshake " + handshakes + " failed: " + e);
    }
  }

  private void report(X509Source source) {
    System.out.printf(
        "soak: %d handshakes, %d errors; %d SVIDs with %d handshakes each, %d passed over; %s%n",
        handshakes, errors, rounds, HANDSHAKES, passed, heap);
    System.out.printf("soak: %s%n", source.stats());
  }
}
