package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.server.ScriptedHandler;
import dev.spiffe4j.workloadapi.server.WorkloadApiServer;
import dev.spiffe4j.workloadapi.wire.SecurityHeader;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each thing that can keep a source from starting has its own reason. What may pass is waited for,
 * which is why these tests run side by side.
 */
@Execution(ExecutionMode.CONCURRENT)
class X509SourceConnectTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final X509Context CONTEXT =
      X509Context.of(List.of(OWN.svid("web")), List.of(OWN.bundle()));

  @TempDir Path directory;

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private X509Source.Builder builder() {
    return builder(WorkloadApiAddress.of(socket()));
  }

  private X509Source.Builder builder(WorkloadApiAddress address) {
    return X509Source.builder(address).clock(InstantSource.fixed(TestAuthority.NOW));
  }

  private void assertFails(Reason reason) {
    X509Source.Builder builder = builder().initialTimeout(Duration.ofSeconds(5));
    assertReason(reason, builder);
  }

  private static void assertReason(Reason reason, X509Source.Builder builder) {
    assertThatThrownBy(builder::connect)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  @DisplayName("connect returns with a whole first snapshot")
  void returnsWithSnapshot() {
    ScriptedHandler handler = new ScriptedHandler();
    handler.x509Context = CONTEXT;
    try (WorkloadApiServer server =
            WorkloadApiServer.builder(socket(), handler).untrackedCallers().start();
        X509Source source = builder().connect()) {
      assertThat(server.address()).isEqualTo(WorkloadApiAddress.of(socket()));
      assertThat(source.x509Svid().spiffeId()).hasToString("spiffe://example.org/web");
      assertThat(source.x509Bundle(OWN.trustDomain())).contains(OWN.bundle());
      assertThat(source.x509Context()).isSameAs(source.x509Context());
      assertThat(source.isReady()).isTrue();
      assertThat(source.lastError()).isEmpty();
    }
  }

  @Test
  @DisplayName("EP-25: a socket that comes later is found")
  void waitsForSocket() throws Exception {
    ScriptedHandler handler = new ScriptedHandler();
    handler.x509Context = CONTEXT;
    FutureTask<X509Source> connecting = new FutureTask<>(() -> builder().connect());
    new Thread(connecting, "connecting").start();
    try (WorkloadApiServer server =
            WorkloadApiServer.builder(socket(), handler).untrackedCallers().start();
        X509Source source = connecting.get(60, TimeUnit.SECONDS)) {
      assertThat(source.isReady()).isTrue();
      assertThat(server.address().socketPath()).contains(socket());
    }
  }

  @Test
  void socketMissing() {
    assertFails(Reason.SOCKET_MISSING);
  }

  @Test
  void directoryMissing() {
    Path socket = directory.resolve("none").resolve("api.sock");
    assertReason(
        Reason.SOCKET_MISSING,
        builder(WorkloadApiAddress.of(socket)).initialTimeout(Duration.ofSeconds(5)));
  }

  @Test
  void notSocket() throws IOException {
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
  @DisplayName("a server that accepts no more connections is there, and busy")
  void fullQueue() throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocketChannel bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      bound.bind(UnixDomainSocketAddress.of(socket()), 1);
      assertThatThrownBy(() -> fill(waiting)).isInstanceOf(SocketException.class);
      assertFails(Reason.UNAVAILABLE);
    } finally {
      for (SocketChannel client : waiting) {
        client.close();
      }
    }
  }

  private void fill(List<SocketChannel> waiting) throws IOException {
    while (waiting.size() < 100) {
      SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
      waiting.add(client);
      client.configureBlocking(false);
      client.connect(UnixDomainSocketAddress.of(socket()));
    }
  }

  @Test
  void nobodyListensOnTcp() throws IOException {
    int port;
    try (ServerSocketChannel bound = ServerSocketChannel.open()) {
      bound.bind(null);
      port = bound.socket().getLocalPort();
    }
    assertReason(
        Reason.CONNECTION_REFUSED,
        builder(WorkloadApiAddress.parse("tcp://127.0.0.1:" + port))
            .initialTimeout(Duration.ofSeconds(5)));
  }

  @Test
  void silentServer() throws IOException {
    try (ServerSocketChannel bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      bound.bind(UnixDomainSocketAddress.of(socket()));
      assertFails(Reason.TIMED_OUT);
    }
  }

  @Test
  void otherProtocol() throws Exception {
    Thread server;
    try (ServerSocketChannel bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      bound.bind(UnixDomainSocketAddress.of(socket()));
      server = new Thread(() -> greet(bound), "other-protocol");
      server.start();
      assertFails(Reason.INVALID_RESPONSE);
    }
    server.join();
  }

  private static void greet(ServerSocketChannel bound) {
    while (true) {
      try (SocketChannel client = bound.accept();
          OutputStream out = Channels.newOutputStream(client)) {
        out.write(
            "220 mail.example.org ESMTP, at your service\r\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        // Until the client has enough of it.
        Channels.newInputStream(client).readAllBytes();
      } catch (IOException e) {
        if (!bound.isOpen()) {
          return;
        }
      }
    }
  }

  @ParameterizedTest
  @DisplayName("EP-27, EP-40: what may pass is tried again until the timeout")
  @CsvSource({
    "PERMISSION_DENIED, NO_IDENTITY",
    "UNAVAILABLE, UNAVAILABLE",
    "RESOURCE_EXHAUSTED, UNAVAILABLE",
    "INTERNAL, INTERNAL",
    "UNKNOWN, INTERNAL",
  })
  void retries(Status.Code code, Reason reason) throws Exception {
    try (RawServer server = new RawServer(socket())) {
      server.onX509 = stream -> stream.onError(code.toStatus().asRuntimeException());
      assertFails(reason);
      assertThat(server.x509Streams).hasSizeGreaterThan(1);
    }
  }

  @ParameterizedTest
  @DisplayName("EP-23, EP-28, WAPI-68: InvalidArgument and Unimplemented are not tried again")
  @CsvSource({"INVALID_ARGUMENT, INVALID_ARGUMENT", "UNIMPLEMENTED, UNIMPLEMENTED"})
  void doesNotRetry(Status.Code code, Reason reason) throws Exception {
    try (RawServer server = new RawServer(socket())) {
      server.onX509 = stream -> stream.onError(code.toStatus().asRuntimeException());
      // The default timeout: this must not wait for it.
      assertReason(reason, builder());
      assertThat(server.x509Streams).hasSize(1);
    }
  }

  @Test
  @DisplayName("EP-07: the security header is on the call")
  void sendsHeader() throws Exception {
    try (RawServer server = new RawServer(socket())) {
      server.onX509 = stream -> stream.onError(Status.UNIMPLEMENTED.asRuntimeException());
      assertReason(Reason.UNIMPLEMENTED, builder());
      assertThat(server.headers.take().getAll(SecurityHeader.KEY)).containsExactly("true");
    }
  }

  @Test
  @DisplayName("WAPI-17: a response without an SVID is none")
  void invalidResponse() throws IOException {
    try (RawServer server = new RawServer(socket())) {
      server.onX509 = stream -> stream.onNext(X509SVIDResponse.getDefaultInstance());
      assertFails(Reason.INVALID_RESPONSE);
    }
  }

  @Test
  @DisplayName("WAPI-83: a message above the limit is refused as such")
  void tooLarge() throws IOException {
    try (RawServer server = new RawServer(socket())) {
      X509SVIDResponse large =
          X509SVIDResponse.newBuilder().addCrl(ByteString.copyFrom(new byte[70_000])).build();
      server.onX509 = stream -> stream.onNext(large);
      assertReason(
          Reason.TOO_LARGE, builder().maxMessageBytes(65536).initialTimeout(Duration.ofSeconds(5)));
    }
  }

  @Test
  @DisplayName("WAPI-83: a message of almost four megabytes is read")
  void large() throws IOException {
    try (RawServer server = new RawServer(socket())) {
      X509SVIDResponse large =
          X509SVIDResponse.newBuilder()
              .addSvids(RawServer.svid(CONTEXT.x509Svid(), OWN.bundle()))
              .addCrl(ByteString.copyFrom(new byte[4_000_000]))
              .build();
      server.onX509 = stream -> stream.onNext(large);
      try (X509Source source = builder().connect()) {
        assertThat(source.x509Svid().spiffeId()).isEqualTo(CONTEXT.x509Svid().spiffeId());
        assertThat(source.lastError()).isPresent();
      }
    }
  }

  @Test
  @DisplayName("an SVID that has expired is no beginning")
  void expired() throws IOException {
    ScriptedHandler handler = new ScriptedHandler();
    handler.x509Context = CONTEXT;
    try (WorkloadApiServer server =
        WorkloadApiServer.builder(socket(), handler).untrackedCallers().start()) {
      assertReason(
          Reason.EXPIRED,
          builder(server.address())
              .clock(InstantSource.fixed(TestAuthority.NOW.plus(Duration.ofHours(2))))
              .initialTimeout(Duration.ofSeconds(5)));
    }
  }

  @Test
  void interrupted() throws Exception {
    BlockingQueue<Reason> reasons = new LinkedBlockingQueue<>();
    Thread waiting =
        new Thread(
            () -> {
              try (X509Source source = builder().connect()) {
                throw new AssertionError("connected to nothing: " + source);
              } catch (WorkloadApiException e) {
                reasons.add(e.reason());
              }
            },
            "interrupted");
    waiting.start();
    waiting.interrupt();
    assertThat(reasons.poll(60, TimeUnit.SECONDS)).isEqualTo(Reason.INTERRUPTED);
  }

  @Test
  void noAddress() {
    assertThatThrownBy(() -> WorkloadApiAddress.fromEnvironment(Map.<String, String>of()::get))
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_ADDRESS));
  }
}
