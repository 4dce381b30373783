package dev.spiffe4j.tls.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.Party;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NettyRotationTest {
  private static final int ROTATIONS = 50;
  private static final int CLIENTS = 4;

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  static Stream<NettyCase> natives() {
    return NettyCase.nativeOnly().filter(how -> how.protocol().equals("TLSv1.3"));
  }

  /**
   * The next SVID of both sides, by turns of the leaf alone, with an intermediate, and the root.
   */
  private void rotate(int turn) {
    if (turn % 3 == 2) {
      domain.rotateAuthority();
      // First everybody trusts the new authority, and then somebody uses it.
      client.source.set(
          X509Context.of(client.source.x509Context().svids(), List.of(domain.bundle())));
      server.source.set(
          X509Context.of(server.source.x509Context().svids(), List.of(domain.bundle())));
    }
    client.source.set(domain.context(domain.svid("/client").intermediates(turn % 2).build()));
    server.source.set(domain.context(domain.svid("/server").intermediates(turn % 2).build()));
  }

  private static BigInteger serialOfPeer(SSLSession session) throws Exception {
    return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
  }

  @ParameterizedTest
  @MethodSource("natives")
  @DisplayName("leaf, intermediate and root rotate 50 times under load without one failure")
  void rotatesUnderLoad(NettyCase how) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Future<Integer>> loads = new ArrayList<>();
    Set<BigInteger> seenByClients = new HashSet<>();
    Set<BigInteger> seenByServers = new HashSet<>();
    ExecutorService executor = Executors.newFixedThreadPool(CLIENTS);
    try (SpiffeSslContext clients = how.clients(client.tls());
        SpiffeSslContext servers = how.servers(server.tls())) {
      for (int i = 0; i < CLIENTS; i++) {
        loads.add(executor.submit(() -> load(how, clients, servers, over)));
      }
      try (NettyLink link = new NettyLink(how.use(), how.protocol(), clients, servers)) {
        for (int turn = 0; turn < ROTATIONS; turn++) {
          rotate(turn);
          NettyLink.Result result = link.connect();
          seenByClients.add(serialOfPeer(result.outcome().client().established()));
          seenByServers.add(serialOfPeer(result.outcome().server().established()));
        }
      } finally {
        over.set(true);
      }
      for (Future<Integer> load : loads) {
        assertThat(load.get()).isPositive();
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(seenByClients).hasSize(ROTATIONS);
    assertThat(seenByServers).hasSize(ROTATIONS);
  }

  private static int load(
      NettyCase how, SpiffeSslContext clients, SpiffeSslContext servers, AtomicBoolean over)
      throws Exception {
    int count = 0;
    try (NettyLink link = new NettyLink(how.use(), how.protocol(), clients, servers)) {
      do {
        link.connect().outcome().assertEstablished();
        count++;
      } while (!over.get());
    }
    return count;
  }
}
