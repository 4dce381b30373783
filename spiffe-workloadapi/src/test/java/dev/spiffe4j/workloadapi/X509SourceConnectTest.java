package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import io.grpc.Status;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that can keep a source from starting has its own reason. */
class X509SourceConnectTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");

  @TempDir Path directory;

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private X509Source.Builder builder() {
    return X509Source.builder(WorkloadApiAddress.of(socket()))
        .clock(InstantSource.fixed(TestAuthority.NOW))
        .initialTimeout(Duration.ofMillis(500));
  }

  private void assertFails(Reason reason) {
    assertThatThrownBy(() -> builder().connect())
        .isInstanceOfSatisfying(
            WorkloadApiException.class,
            e -> {
              System.out.println("XXX " + e.getMessage());
              assertThat(e.reason()).isEqualTo(reason);
            });
  }

  @Test
  void returnsWithASnapshot() {
    ScriptedHandler handler = new ScriptedHandler();
    handler.x509Context = X509Context.of(List.of(OWN.svid("web")), List.of(OWN.bundle()));
    try (WorkloadApiServer server =
            WorkloadApiServer.builder(socket(), handler).untrackedCallers().start();
        X509Source source = builder().initialTimeout(Duration.ofSeconds(30)).connect()) {
      assertThat(source.x509Svid().spiffeId()).hasToString("spiffe://example.org/web");
      assertThat(source.x509Context()).isSameAs(source.x509Context());
      assertThat(source.isReady()).isTrue();
      assertThat(source.lastError()).isEmpty();
      assertThat(server.address()).hasToString("unix://" + socket());
    }
  }

  @Test
  void socketMissing() {
    assertFails(Reason.SOCKET_MISSING);
  }

  @Test
  void notASocket() throws IOException {
    Files.createFile(socket());
    assertFails(Reason.NOT_A_SOCKET);
  }

  @Test
  void nobodyListens() throws IOException {
    try (ServerSocketChannel bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      bound.bind(UnixDomainSocketAddress.of(socket()));
    }
    assertFails(Reason.CONNECTION_REFUSED);
  }

  @Test
  void silentServer() throws IOException {
    try (ServerSocketChannel bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      bound.bind(UnixDomainSocketAddress.of(socket()));
      assertFails(Reason.TIMED_OUT);
    }
  }

  @Test
  @DisplayName("EP-28 WAPI-68: Unimplemented is not retried")
  void unimplemented() throws IOException {
    assertEnds(Status.UNIMPLEMENTED, Reason.UNIMPLEMENTED);
  }

  @Test
  @DisplayName("EP-23: InvalidArgument is not retried")
  void invalidArgument() throws IOException {
    assertEnds(Status.INVALID_ARGUMENT, Reason.INVALID_ARGUMENT);
  }

  @Test
  void noIdentity() throws IOException {
    assertEnds(Status.PERMISSION_DENIED, Reason.NO_IDENTITY);
  }

  @Test
  void unavailable() throws IOException {
    assertEnds(Status.UNAVAILABLE, Reason.UNAVAILABLE);
  }

  private void assertEnds(Status status, Reason reason) throws IOException {
    try (RawServer server = new RawServer(socket())) {
      server.onX509 = stream -> stream.onError(status.asRuntimeException());
      assertFails(reason);
    }
  }

  @Test
  void invalidResponse() throws IOException {
    try (RawServer server = new RawServer(socket())) {
      server.onX509 = stream -> stream.onNext(X509SVIDResponse.getDefaultInstance());
      assertFails(Reason.INVALID_RESPONSE);
    }
  }
}
