package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.Fault;
import dev.spiffe4j.testing.SocketFault;
import dev.spiffe4j.testing.WorkloadApiFixture;
import dev.spiffe4j.workloadapi.Subscription;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.X509Source;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What befalls a live source. After each: the right state, the right reason, and nothing left. */
@Timeout(300)
class X509SourceFaultsTest {
  @TempDir Path folder;

  private WorkloadApiFixture spiffe;
  private long descriptors;

  @BeforeEach
  void start() throws Exception {
    spiffe = WorkloadApiFixture.start("example.org");
    // What is opened once and for all, such as by the classes of both transports.
    connect().close();
    ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
    Leaks.awaitNoThread();
    Leaks.until(() -> spiffe.api().openStreams() == 0);
    descriptors = Leaks.descriptors();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    Leaks.awaitNoThread();
    spiffe.restart();
    Leaks.until(() -> Leaks.descriptors() <= descriptors);
    spiffe.close();
  }

  private X509Source.Builder builder() {
    return X509Source.builder(spiffe.address()).clock(spiffe.clock());
  }

  private X509Source connect() {
    return builder().connect();
  }

  private static void awaitError(Reason reason, X509Source source) throws InterruptedException {
    Leaks.until(() -> source.lastError().filter(e -> e.reason() == reason).isPresent());
  }

  /** After a fault: what is new arrives, and nothing is wrong. */
  private void assertRecovers(X509Source source) throws InterruptedException {
    X509Svid fresh = spiffe.rotate();
    awaitSvid(fresh, source);
    Leaks.until(() -> source.lastError().isEmpty());
    assertThat(source.isReady()).isTrue();
  }

  private static void awaitSvid(X509Svid svid, X509Source source) throws InterruptedException {
    Leaks.until(() -> source.isReady() && source.x509Svid().chain().equals(svid.chain()));
  }

  private static void assertFails(Reason reason, X509Source source) {
    assertThatThrownBy(source::x509Context)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    assertThat(source.isReady()).isFalse();
  }

  @Test
  @DisplayName("an agent is killed, and another one starts at its place, with other identities")
  void agentIsKilled() throws Exception {
    Path socket = folder.resolve("agent.sock");
    SpiffeId first = SpiffeId.parse("spiffe://example.org/first");
    SpiffeId second = SpiffeId.parse("spiffe://example.org/second");
    try (AgentProcess before = AgentProcess.start(socket, "/first");
        X509Source source = X509Source.connect(WorkloadApiAddress.of(socket))) {
      assertThat(source.x509Svid().spiffeId()).isEqualTo(first);
      Object inode = Files.getAttribute(socket, "unix:ino");
      before.kill();
      awaitError(Reason.CONNECTION_REFUSED, source);
      assertThat(source.x509Svid().spiffeId()).isEqualTo(first);
      assertThat(source.isReady()).isTrue();
      try (AgentProcess after = AgentProcess.start(socket, "/second")) {
        Leaks.until(() -> source.x509Svid().spiffeId().equals(second));
        Leaks.until(() -> source.lastError().isEmpty());
        assertThat(after).isNotNull();
        assertThat(inode).isNotNull();
      }
    }
  }

  @Test
  @DisplayName("a server that hangs after it has accepted keeps nobody from the last good SVID")
  void halfOpen() throws Exception {
    try (X509Source source = connect()) {
      X509Context before = source.x509Context();
      spiffe.api().next(Fault.silence(), Fault.noAnswer());
      spiffe.api().awaitFault();
      assertThat(source.x509Context()).isSameAs(before);
      assertThat(source.isReady()).isTrue();
      spiffe.api().endFault();
      spiffe.api().awaitFault();
      spiffe.api().endFault();
      assertRecovers(source);
    }
  }

  @Test
  @DisplayName("connect gives up on a server that hangs, and says so")
  void connectToHalfOpen() throws Exception {
    spiffe.api().next(Fault.silence());
    assertThatThrownBy(() -> builder().initialTimeout(Duration.ofMillis(300)).connect())
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMED_OUT));
  }

  @Test
  @DisplayName("what cannot be read is counted, ends its stream, and changes nothing")
  void unreadableMessages() throws Exception {
    try (X509Source source = connect()) {
      for (Fault fault : new Fault[] {Fault.garbage(), Fault.oversizedMessage()}) {
        X509Context before = source.x509Context();
        long bad = source.stats().badMessages();
        spiffe.api().next(fault);
        spiffe.api().awaitFault();
        Leaks.until(() -> source.stats().badMessages() > bad);
        assertThat(source.x509Svid()).as("%s", fault).isEqualTo(before.x509Svid());
        assertRecovers(source);
      }
    }
  }

  @Test
  @DisplayName(
      "truncated messages, statuses and broken connections change nothing of what is served")
  void brokenStreams() throws Exception {
    try (X509Source source = connect()) {
      for (Fault fault :
          new Fault[] {
            Fault.truncatedMessage(),
            Fault.status(2),
            Fault.status(14),
            Fault.otherProtocol(),
            Fault.disconnect()
          }) {
        X509Context before = source.x509Context();
        spiffe.api().next(fault);
        spiffe.api().awaitFault();
        assertThat(source.x509Svid()).as("%s", fault).isEqualTo(before.x509Svid());
        assertRecovers(source);
      }
    }
  }

  @Test
  @DisplayName("messages without SVIDs, or of garbage, are counted and skipped on an open stream")
  void skipsMessages() throws Exception {
    try (X509Source source = connect()) {
      for (Fault fault :
          new Fault[] {
            Fault.emptyMessage(), Fault.garbageFields("spiffe://example.org/workload")
          }) {
        X509Context before = source.x509Context();
        long bad = source.stats().badMessages();
        spiffe.api().next(fault);
        Leaks.until(() -> source.stats().badMessages() > bad);
        awaitError(Reason.INVALID_RESPONSE, source);
        assertThat(source.x509Context()).isSameAs(before);
        assertThat(source.isReady()).isTrue();
        spiffe.api().endFault();
        assertRecovers(source);
      }
    }
  }

  @Test
  @DisplayName("a message over the limit is refused whole, and one below it is read")
  void largeMessages() throws Exception {
    try (X509Source small = connect();
        X509Source large = builder().maxMessageBytes(64 << 20).connect()) {
      X509Svid before = small.x509Svid();
      spiffe.api().update(X509Context.of(List.of(spiffe.trustDomain().issue("/workload")), huge()));
      Leaks.until(() -> large.x509Context().bundles().size() > 900);
      awaitError(Reason.TOO_LARGE, small);
      assertThat(small.x509Svid()).isEqualTo(before);
      assertRecovers(small);
      assertRecovers(large);
    }
  }

  /** More than 4 MiB of bundles. */
  private List<X509Bundle> huge() {
    List<X509Certificate> authorities = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      spiffe.trustDomain().rotateAuthority();
      authorities.add(spiffe.trustDomain().authority());
    }
    List<X509Bundle> bundles = new ArrayList<>();
    bundles.add(spiffe.trustDomain().bundle());
    for (int i = 0; i < 900; i++) {
      bundles.add(X509Bundle.of(TrustDomain.parse("td" + i + ".test"), authorities));
    }
    return bundles;
  }

  @Test
  @DisplayName("an SVID that expires while the server is away is not served, and its successor is")
  void expiresWhileAway() throws Exception {
    try (X509Source source = connect()) {
      X509Svid before = source.x509Svid();
      spiffe.api().breakSocket(SocketFault.MISSING);
      awaitError(Reason.SOCKET_MISSING, source);
      assertThat(source.x509Svid()).isEqualTo(before);
      spiffe.clock().set(before.expiresAt().plusSeconds(1));
      assertFails(Reason.EXPIRED, source);
      assertThat(source.x509Bundle(before.spiffeId().trustDomain())).isPresent();
      spiffe.restart();
      assertRecovers(source);
    }
  }

  @Test
  @DisplayName("a clock that jumps makes an SVID expire, and one that jumps back revives it")
  void clockSkew() throws Exception {
    try (X509Source source = connect()) {
      X509Svid svid = source.x509Svid();
      spiffe.clock().set(svid.expiresAt().plusSeconds(1));
      assertFails(Reason.EXPIRED, source);
      spiffe.clock().set(svid.notBefore());
      assertThat(source.x509Svid()).isEqualTo(svid);
      spiffe.expire();
      Leaks.until(() -> !source.isReady());
      assertFails(Reason.EXPIRED, source);
      assertRecovers(source);
    }
  }

  @Test
  @DisplayName("a thousand subscribers hear of each change, and those that never return harm none")
  void manySubscribers() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<X509Svid> wanted = new AtomicReference<>();
    CountDownLatch heard = new CountDownLatch(1000);
    try (X509Source source = connect()) {
      for (int i = 0; i < 10; i++) {
        source.subscribe(context -> awaitQuietly(release));
      }
      List<Subscription> all = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        BlockingQueue<Object> once = new LinkedBlockingQueue<>(1);
        all.add(
            source.subscribe(
                context -> {
                  if (isWanted(wanted.get(), context) && once.offer(context)) {
                    heard.countDown();
                  }
                }));
      }
      X509Svid next = spiffe.trustDomain().issue("/workload");
      wanted.set(next);
      spiffe.api().update(spiffe.trustDomain().context(next));
      assertThat(heard.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(source.x509Svid().chain()).isEqualTo(next.chain());
      all.forEach(Subscription::close);
      release.countDown();
      assertRecovers(source);
    } finally {
      release.countDown();
    }
  }

  private static boolean isWanted(X509Svid wanted, X509Context context) {
    return wanted != null && wanted.chain().equals(context.x509Svid().chain());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @DisplayName("a source is closed by a subscriber, and while it waits for its first SVID")
  void closes() throws Exception {
    X509Source source = connect();
    CountDownLatch closed = new CountDownLatch(1);
    source.subscribe(
        context -> {
          source.close();
          closed.countDown();
        });
    assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    assertThatIllegalStateException().isThrownBy(source::x509Context);

    spiffe.api().next(Fault.silence());
    X509Source waiting = builder().start();
    spiffe.api().awaitFault();
    waiting.close();
    assertThat(waiting.whenReady()).isCompletedExceptionally();
    assertThat(waiting.isReady()).isFalse();
  }

  @Test
  @DisplayName("a thread that is interrupted while it connects hears so, and stays interrupted")
  void interrupted() throws Exception {
    spiffe.api().next(Fault.silence());
    FutureTask<Boolean> connecting =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(this::connect)
                  .isInstanceOfSatisfying(
                      WorkloadApiException.class,
                      e -> assertThat(e.reason()).isEqualTo(Reason.INTERRUPTED));
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = new Thread(connecting, "connecting");
    thread.start();
    spiffe.api().awaitFault();
    thread.interrupt();
    assertThat(connecting.get(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @DisplayName("a socket that appears later, or is another one or a file for a while, is found")
  void sockets() throws Exception {
    spiffe.api().breakSocket(SocketFault.MISSING);
    try (X509Source source = builder().start()) {
      awaitError(Reason.SOCKET_MISSING, source);
      assertFails(Reason.SOCKET_MISSING, source);
      spiffe.restart();
      assertRecovers(source);
      spiffe.api().breakSocket(SocketFault.PLAIN_FILE);
      awaitError(Reason.NOT_A_SOCKET, source);
      spiffe.api().breakSocket(SocketFault.REFUSING);
      awaitError(Reason.CONNECTION_REFUSED, source);
      assertThat(source.isReady()).isTrue();
      spiffe.restart();
      assertRecovers(source);
      spiffe.restart();
      assertRecovers(source);
    }
  }

  @Test
  @DisplayName("a withdrawal takes the SVID and the bundles, and what comes later is served")
  void withdrawal() throws Exception {
    try (X509Source source = connect()) {
      assertThat(source.isReady()).isTrue();
      spiffe.withdraw();
      Leaks.until(() -> !source.isReady());
      assertFails(Reason.NO_IDENTITY, source);
      assertThat(source.stats().withdrawals()).isEqualTo(1);
      spiffe.issue("/workload");
      assertRecovers(source);
    }
  }
}
