package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.ManualScheduler;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  private static final class Diary implements TlsTrace {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void presented(X509Svid svid) {
      lines.add("presented " + svid.spiffeId().path());
    }

    @Override
    public void presentedNothing(RuntimeException cause) {
      lines.add("nothing " + ((SpiffeException) cause).reason());
    }

    @Override
    public void accepted(VerifiedPeer peer) {
      lines.add("accepted " + peer.spiffeId().path());
    }

    @Override
    public void refused(RuntimeException cause) {
      lines.add("refused " + ((SpiffeException) cause).reason());
    }
  }

  private Outcome connect(TlsTrace trace) {
    TlsCase how = new TlsCase(Link.Transport.ENGINE, "TLSv1.3");
    SpiffeTls serverTls = server.builder().trace(trace).build();
    try (Link link = how.link(client.tls(), serverTls)) {
      return link.connect();
    }
  }

  @Test
  void tellsWhoWasPresentedAcceptedAndRefusedAndWhy() {
    Diary diary = new Diary();
    connect(diary).assertEstablished();
    assertThat(diary.lines).containsExactly("presented /server", "accepted /client");

    diary.lines.clear();
    server.authorizer = peer -> false;
    connect(diary).assertRefused();
    assertThat(diary.lines).containsExactly("presented /server", "refused NOT_AUTHORIZED");

    diary.lines.clear();
    server.source.set(domain.context());
    connect(diary).assertRefused();
    assertThat(diary.lines).contains("nothing NO_SVID").doesNotContain("presented /server");
  }

  @Test
  void aTraceThatFailsBreaksNothingAndTheOthersHear() {
    Diary diary = new Diary();
    TlsTrace broken =
        new TlsTrace() {
          @Override
          public void presented(X509Svid svid) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void accepted(VerifiedPeer peer) {
            throw new IllegalStateException("broken");
          }
        };
    connect(broken.and(diary)).assertEstablished();
    assertThat(diary.lines).containsExactly("presented /server", "accepted /client");
  }

  @Test
  void writesAnEventWhenAConnectionIsClosed(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("closed.jfr");
    ManualScheduler scheduler = ManualScheduler.of(server.clock);
    SpiffeTls serverTls = server.builder().trace(TlsTrace.flightRecorder()).build();
    try (ConnectionReviewer reviewer = ConnectionReviewer.builder(serverTls, scheduler).start();
        Recording recording = new Recording();
        Link link = new TlsCase(Link.Transport.ENGINE, "TLSv1.3").link(client.tls(), serverTls)) {
      recording.enable("dev.spiffe4j.ConnectionClosed");
      recording.start();
      link.connect().assertEstablished();
      var unused = reviewer.register(link.connect().server().established(), () -> {});
      server.authorizer = peer -> false;
      reviewer.review();
      scheduler.runDue();
      recording.stop();
      recording.dump(file);
    }
    assertThat(RecordingFile.readAllEvents(file))
        .filteredOn(event -> event.getEventType().getName().equals("dev.spiffe4j.ConnectionClosed"))
        .isNotEmpty()
        .allSatisfy(
            event -> {
              assertThat(event.getString("spiffeId")).isEqualTo("spiffe://example.org/client");
              assertThat(event.getString("reason")).isEqualTo(Reason.NOT_AUTHORIZED.name());
            });
  }

  @Test
  void writesEventsOfTheFlightRecorder(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("tls.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("dev.spiffe4j.PeerVerified");
      recording.enable("dev.spiffe4j.SvidPresented");
      recording.start();
      connect(TlsTrace.flightRecorder()).assertEstablished();
      server.authorizer = peer -> false;
      connect(TlsTrace.flightRecorder()).assertRefused();
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().equals("dev.spiffe4j.SvidPresented"))
        .hasSize(2)
        .allSatisfy(
            event ->
                assertThat(event.getString("spiffeId")).isEqualTo("spiffe://example.org/server"));
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().equals("dev.spiffe4j.PeerVerified"))
        .extracting(
            event -> event.getBoolean("accepted"),
            event -> event.getString("spiffeId"),
            event -> event.getString("reason"))
        .containsExactlyInAnyOrder(
            tuple(true, "spiffe://example.org/client", ""),
            tuple(false, "spiffe://example.org/client", Reason.NOT_AUTHORIZED.name()));
  }
}
