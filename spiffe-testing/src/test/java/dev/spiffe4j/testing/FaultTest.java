package dev.spiffe4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.X509Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class FaultTest {
  private WorkloadApiFixture spiffe;

  @BeforeEach
  void start() {
    spiffe = WorkloadApiFixture.start("example.org");
  }

  @AfterEach
  void stop() {
    spiffe.close();
  }

  private WorkloadApiClient client() {
    return WorkloadApiClient.builder(spiffe.address()).timeout(Duration.ofSeconds(60)).connect();
  }

  private void assertServes() {
    try (WorkloadApiClient client = client()) {
      assertThat(client.fetchX509Context().x509Svid().spiffeId())
          .isEqualTo(spiffe.trustDomain().id("/workload"));
    }
  }

  private void assertFails(Reason reason) {
    try (WorkloadApiClient client = client()) {
      assertThatThrownBy(client::fetchX509Context)
          .isInstanceOfSatisfying(
              WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(Fault.status(0), Reason.UNAVAILABLE),
        Arguments.of(Fault.status(3), Reason.INVALID_ARGUMENT),
        Arguments.of(Fault.status(7), Reason.NO_IDENTITY),
        Arguments.of(Fault.status(12), Reason.UNIMPLEMENTED),
        Arguments.of(Fault.status(13), Reason.INTERNAL),
        Arguments.of(Fault.status(14), Reason.UNAVAILABLE),
        Arguments.of(Fault.otherProtocol(), Reason.INVALID_RESPONSE),
        Arguments.of(Fault.garbage(), Reason.INVALID_RESPONSE),
        Arguments.of(Fault.emptyMessage(), Reason.INVALID_RESPONSE),
        Arguments.of(Fault.garbageFields("spiffe://example.org/web"), Reason.INVALID_RESPONSE),
        Arguments.of(Fault.truncatedMessage(), Reason.INVALID_RESPONSE),
        Arguments.of(Fault.oversizedMessage(), Reason.TOO_LARGE),
        Arguments.of(Fault.disconnect(), Reason.UNAVAILABLE));
  }

  @ParameterizedTest
  @MethodSource("faults")
  @DisplayName("a fault meets one connection, is known for what it is, and is over then")
  void meetsOneConnection(Fault fault, Reason reason) {
    assertServes();
    spiffe.api().next(fault);
    assertFails(reason);
    try (X509Source source = X509Source.connect(spiffe.address())) {
      assertThat(source.isReady()).isTrue();
    }
  }

  @Test
  @DisplayName("faults come in order, and a source gets through to what is behind them")
  void comeInOrder() {
    spiffe.api().next(Fault.status(7), Fault.garbage(), Fault.disconnect(), Fault.status(14));
    try (X509Source source = X509Source.connect(spiffe.address())) {
      assertThat(source.isReady()).isTrue();
      assertThat(source.stats().streamEnds()).isGreaterThanOrEqualTo(4);
    }
  }

  @Test
  @DisplayName("a silent server keeps a client waiting until the test lets go of it")
  void keepsWaiting() throws Exception {
    for (Fault fault : new Fault[] {Fault.silence(), Fault.noAnswer()}) {
      spiffe.api().next(fault);
      try (X509Source source = X509Source.builder(spiffe.address()).start()) {
        assertThat(source.isReady()).isFalse();
        spiffe.api().awaitFault();
        assertThat(source.isReady()).isFalse();
        spiffe.api().endFault();
        source.whenReady().join();
        assertThat(source.isReady()).isTrue();
      }
    }
  }

  @Test
  @DisplayName("sockets are broken in every way, and mended by a restart with a new inode")
  void breaksSockets() throws Exception {
    Path socket = spiffe.address().socketPath().orElseThrow();
    Object before = Files.getAttribute(socket, "unix:ino");
    spiffe.api().breakSocket(SocketFault.MISSING);
    assertFails(Reason.SOCKET_MISSING);
    spiffe.api().breakSocket(SocketFault.PLAIN_FILE);
    assertFails(Reason.NOT_A_SOCKET);
    spiffe.api().breakSocket(SocketFault.REFUSING);
    assertFails(Reason.CONNECTION_REFUSED);
    spiffe.api().breakSocket(SocketFault.DENIED);
    assertThat(Files.getPosixFilePermissions(socket)).isEmpty();
    if (!System.getProperty("user.name").equals("root")) {
      assertFails(Reason.SOCKET_DENIED);
    }
    spiffe.restart();
    assertServes();
    assertThat(before).isNotNull();
  }
}
