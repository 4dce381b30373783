package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TestAgent;
import dev.spiffe4j.attest.agent.GrpcNodeApi;
import dev.spiffe4j.attest.store.DataStore;
import dev.spiffe4j.testing.ManualScheduler;
import dev.spiffe4j.testing.MutableInstantSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** A server on a clock that a test moves, and its node API in one of two ways. */
final class TestServer implements AutoCloseable {
  static final TrustDomain TD = TrustDomain.parse("example.org");
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  /** How an agent reaches the server. */
  enum Transport {
    IN_PROCESS,
    GRPC
  }

  final MutableInstantSource clock = MutableInstantSource.of(START);
  final ManualScheduler scheduler = ManualScheduler.of(clock);
  final DataStore store = DataStore.inMemory();
  final IdentityServer server;
  final NodeApi api;
  private final Deque<Runnable> opened = new ArrayDeque<>();

  private TestServer(Transport transport, Consumer<IdentityServer.Builder> options) {
    IdentityServer.Builder builder =
        IdentityServer.builder(TD).dataStore(store).clock(clock).scheduler(scheduler);
    if (transport == Transport.GRPC) {
      builder.nodeApiAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }
    options.accept(builder);
    this.server = builder.start();
    this.api = transport == Transport.GRPC ? grpc() : server.nodeApi();
  }

  static TestServer start(Transport transport) {
    return start(transport, builder -> {});
  }

  static TestServer start(Transport transport, Consumer<IdentityServer.Builder> options) {
    return new TestServer(transport, options);
  }

  GrpcNodeApi grpc() {
    GrpcNodeApi grpc =
        GrpcNodeApi.builder(address(), server.bundle().x509Bundle())
            .clock(clock)
            .timeout(Duration.ofSeconds(30))
            .connect();
    opened.push(grpc::close);
    return grpc;
  }

  InetSocketAddress address() {
    return server.nodeApiAddress().orElseThrow();
  }

  /** Attests a new node. */
  TestAgent agent() {
    return attest(server.joinTokens().create(Duration.ofMinutes(10)).value());
  }

  TestAgent attest(String joinToken) {
    TestAgent agent = TestAgent.attest(api, TestAgent.joinToken(joinToken));
    opened.push(agent::close);
    return agent;
  }

  /** Has an entry under a parent, of one selector. */
  RegistrationEntry entry(SpiffeId parent, String path) {
    return server
        .entries()
        .create(
            RegistrationEntry.builder(SpiffeId.of(TD, path), parent)
                .selector("unix", "uid:" + path)
                .build())
        .entry();
  }

  @Override
  public void close() {
    opened.forEach(Runnable::run);
    server.close();
  }
}
