package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidRequest;
import dev.spiffe4j.jwt.JwtSvidSigner;
import dev.spiffe4j.workloadapi.HandScheduler.Task;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.server.ScriptedHandler;
import dev.spiffe4j.workloadapi.server.WorkloadApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of a live server, with a clock and a scheduler that stand still. */
class JwtSourceTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final SpiffeId WEB = SpiffeId.parse("spiffe://example.org/web");
  private static final SpiffeId DB = SpiffeId.parse("spiffe://example.org/db");
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final JwtSvidRequest ME = JwtSvidRequest.of("me");
  private static final JwtBundle BUNDLE =
      JwtBundle.of(OWN.trustDomain(), Map.of("k", OWN.keys().getPublic()));

  @TempDir Path directory;

  private final HandClock clock = new HandClock();
  private final HandScheduler scheduler = new HandScheduler();
  private final ScriptedHandler handler = new ScriptedHandler();
  private WorkloadApiServer server;

  @BeforeEach
  void start() {
    handler.jwtBundles = List.of(BUNDLE);
    handler.jwtSvids = this::issue;
    server = serve();
  }

  private WorkloadApiServer serve() {
    return WorkloadApiServer.builder(directory.resolve("api.sock"), handler)
        .untrackedCallers()
        .start();
  }

  @AfterEach
  void stop() {
    server.close();
    scheduler.shutdownNow();
  }

  /** Tokens of both identities for the audience that was asked for last. */
  private List<JwtSvid> issue() {
    List<String> audience = List.copyOf(handler.audiences).get(handler.audiences.size() - 1);
    return List.of(token(WEB, audience), token(DB, audience).withHint("internal"));
  }

  private JwtSvid token(SpiffeId id, List<String> audience) {
    return JwtSvidSigner.of("k", OWN.keys().getPrivate(), OWN.keys().getPublic())
        .sign(id, audience, clock.instant(), clock.instant().plus(LIFE));
  }

  private JwtSource.Builder builder() {
    return JwtSource.builder(server.address())
        .clock(clock)
        .scheduler(scheduler)
        .random(new Random(1));
  }

  private static void assertReason(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static WorkloadApiException refusal(Reason reason) {
    return new WorkloadApiException(reason, "refused by the test");
  }

  private void fail(Reason reason) {
    handler.jwtSvids =
        () -> {
          throw refusal(reason);
        };
  }

  @Test
  @DisplayName("a token is fetched once, and kept for its audience, subject and hint")
  void keepsTokens() {
    try (JwtSource source = builder().connect()) {
      JwtSvid first = source.jwtSvid("me");
      assertThat(first.spiffeId()).isEqualTo(WEB);
      assertThat(source.jwtSvid("me")).isSameAs(first);
      assertThat(handler.audiences).hasSize(1);

      assertThat(source.jwtSvid("other").audience()).containsExactly("other");
      JwtSvid both = source.jwtSvid("me", "other");
      assertThat(source.jwtSvid("other", "me")).isSameAs(both);
      assertThat(source.jwtSvid(ME.withHint("internal")).spiffeId()).isEqualTo(DB);
      assertThat(handler.audiences).hasSize(4);
      assertThat(source.jwtBundle(OWN.trustDomain())).contains(BUNDLE);
      assertThat(source.isReady()).isTrue();
    }
  }

  @Test
  @DisplayName("WAPI-57: a hint that no token has is said, and not kept")
  void wantsHint() {
    try (JwtSource source = builder().connect()) {
      assertReason(Reason.NO_MATCHING_SVID, () -> source.jwtSvid(ME.withHint("nobody's")));
      assertReason(Reason.NO_MATCHING_SVID, () -> source.jwtSvid(ME.withHint("nobody's")));
      assertThat(handler.audiences).hasSize(2);
    }
  }

  @Test
  @DisplayName("WAPI-35: a token of another identity than was asked for is refused")
  void wantsSubject() {
    try (JwtSource source = builder().connect()) {
      assertReason(Reason.INVALID_RESPONSE, () -> source.jwtSvid(ME.withSubject(DB)));
      handler.jwtSvids = () -> List.of(token(DB, List.of("me")));
      assertThat(source.jwtSvid(ME.withSubject(DB)).spiffeId()).isEqualTo(DB);
      handler.jwtSvids = () -> List.of(token(WEB, List.of("others")));
      assertReason(Reason.INVALID_RESPONSE, () -> source.jwtSvid("mine"));
    }
  }

  @Test
  @DisplayName("10,000 who want a token at one time cost one call")
  void fetchesOnceForAll() throws Exception {
    CountDownLatch allAreThere = new CountDownLatch(1);
    handler.jwtSvids =
        () -> {
          await(allAreThere);
          return issue();
        };
    try (JwtSource source = builder().connect()) {
      List<CompletableFuture<JwtSvid>> all = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        all.add(source.jwtSvidAsync(ME));
      }
      assertThat(all.get(0).cancel(true)).isTrue();
      allAreThere.countDown();
      JwtSvid token = source.jwtSvid(ME);
      for (CompletableFuture<JwtSvid> each : all.subList(1, all.size())) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isSameAs(token);
      }
      assertThat(handler.audiences).hasSize(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("a token in use is renewed near half of its life; the old one is served meanwhile")
  void renews() throws Exception {
    try (JwtSource source = builder().connect()) {
      JwtSvid first = source.jwtSvid(ME);
      source.jwtSvid(ME);
      Task renewal = scheduler.next();
      assertThat(renewal.delay()).isBetween(LIFE.multipliedBy(4).dividedBy(10), LIFE.dividedBy(2));
      CountDownLatch gate = new CountDownLatch(1);
      handler.jwtSvids =
          () -> {
            await(gate);
            return issue();
          };
      clock.advance(renewal.delay());
      renewal.work().run();
      assertThat(source.jwtSvid(ME)).isSameAs(first);
      gate.countDown();
      scheduler.next();
      assertThat(source.jwtSvid(ME).expiresAt()).isAfter(first.expiresAt());
      assertThat(handler.audiences).hasSize(2);
    }
  }

  @Test
  @DisplayName(
      "a token that nobody uses any more is not renewed, but forgotten when it has expired")
  void leavesUnused() throws Exception {
    try (JwtSource source = builder().connect()) {
      source.jwtSvid(ME);
      Task renewal = scheduler.next();
      clock.advance(renewal.delay());
      renewal.work().run();
      Task unused = scheduler.next();
      clock.advance(unused.delay());
      unused.work().run();
      Task end = scheduler.next();
      assertThat(handler.audiences).hasSize(2);
      clock.advance(end.delay());
      end.work().run();
      source.jwtSvid(ME);
      assertThat(handler.audiences).hasSize(3);
    }
  }

  @Test
  @DisplayName("with the server away, a token is served until it expires, and never longer")
  void servesWhileAway() throws Exception {
    try (JwtSource source = builder().connect()) {
      JwtSvid first = source.jwtSvid(ME);
      Task renewal = scheduler.next();
      server.close();
      Task reconnect = scheduler.next();
      clock.advance(renewal.delay());
      renewal.work().run();
      Task retry = scheduler.next();
      assertThat(retry.delay()).isLessThanOrEqualTo(Duration.ofMillis(250));
      assertThat(source.jwtSvid(ME)).isSameAs(first);
      assertThat(source.isReady()).isFalse();
      assertThat(source.jwtBundle(OWN.trustDomain())).contains(BUNDLE);
      clock.advance(LIFE);
      assertReason(Reason.SOCKET_MISSING, () -> source.jwtSvid(ME));

      server = serve();
      assertThat(source.jwtSvid(ME)).isNotSameAs(first);
      reconnect.work().run();
      Await.until(() -> source.lastError().isEmpty());
      assertThat(source.isReady()).isTrue();
    }
  }

  @Test
  @DisplayName("a failure is not kept")
  void doesNotKeepFailures() {
    try (JwtSource source = builder().connect()) {
      for (Reason reason :
          List.of(Reason.NO_IDENTITY, Reason.UNAVAILABLE, Reason.INVALID_ARGUMENT)) {
        fail(reason);
        assertReason(reason, () -> source.jwtSvid(ME));
        assertThat(source.lastError()).isPresent();
        assertThat(source.isReady()).isEqualTo(reason == Reason.INVALID_ARGUMENT);
        handler.jwtSvids = this::issue;
        assertThat(source.jwtSvid(reason.name()).spiffeId()).isEqualTo(WEB);
        assertThat(source.lastError()).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("WAPI-31: a denial takes back all tokens, one of a single identity that one's")
  void dropsOnDenial() throws Exception {
    try (JwtSource source = builder().connect()) {
      source.jwtSvid("one");
      Task renewal = scheduler.next();
      source.jwtSvid("two");
      source.jwtSvid("one");
      fail(Reason.NO_IDENTITY);
      assertReason(Reason.NO_IDENTITY, () -> source.jwtSvid(ME.withSubject(DB)));
      assertThat(source.jwtSvid("one").spiffeId()).isEqualTo(WEB);

      renewal.work().run();
      Await.until(() -> handler.audiences.size() == 4);
      Await.until(() -> isDenied(source, "one"));
      assertReason(Reason.NO_IDENTITY, () -> source.jwtSvid("two"));
      handler.jwtSvids = this::issue;
      assertThat(source.jwtSvid("two").spiffeId()).isEqualTo(WEB);
    }
  }

  private static boolean isDenied(JwtSource source, String audience) {
    try {
      source.jwtSvid(audience);
      return false;
    } catch (WorkloadApiException e) {
      return e.reason() == Reason.NO_IDENTITY;
    }
  }

  @Test
  @DisplayName("WAPI-31: when bundles are denied, tokens are dropped too")
  void dropsWithBundles() throws Exception {
    BlockingQueue<Map<?, ?>> told = new LinkedBlockingQueue<>();
    try (JwtSource source = builder().connect()) {
      source.subscribe(told::add);
      assertThat(told.poll(60, TimeUnit.SECONDS)).hasSize(1);
      JwtSvid first = source.jwtSvid(ME);
      handler.jwtBundleStreams.take().end(refusal(Reason.NO_IDENTITY));
      assertThat(told.poll(60, TimeUnit.SECONDS)).isEmpty();
      assertReason(Reason.NO_IDENTITY, () -> source.jwtBundle(OWN.trustDomain()));
      assertThat(source.isReady()).isFalse();
      assertThat(source.jwtSvid(ME)).isNotSameAs(first);
      assertThat(source.stats().withdrawals()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("the cache is bounded: what was used the longest ago goes first")
  void isBounded() {
    try (JwtSource source = builder().maxTokens(2).connect()) {
      JwtSvid one = source.jwtSvid("one");
      JwtSvid two = source.jwtSvid("two");
      assertThat(source.jwtSvid("one")).isSameAs(one);
      source.jwtSvid("three");
      assertThat(source.jwtSvid("one")).isSameAs(one);
      assertThat(source.jwtSvid("two")).isNotSameAs(two);
    }
  }

  @Test
  @DisplayName("an answer that has expired already is none")
  void refusesExpired() {
    handler.jwtSvids =
        () -> {
          List<JwtSvid> issued = issue();
          clock.advance(LIFE);
          return issued;
        };
    try (JwtSource source = builder().connect()) {
      assertReason(Reason.EXPIRED, () -> source.jwtSvid(ME));
    }
  }

  @Test
  @DisplayName("a wait ends in time, and harms no other; a close tells all who wait")
  void bounds() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    handler.jwtSvids =
        () -> {
          await(gate);
          return issue();
        };
    JwtSource source = builder().connect();
    CompletableFuture<JwtSvid> other = source.jwtSvidAsync(ME);
    assertReason(Reason.TIMED_OUT, () -> source.jwtSvid(ME, Duration.ofMillis(1)));
    Thread.currentThread().interrupt();
    assertReason(Reason.INTERRUPTED, () -> source.jwtSvid(ME));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(other).isNotDone();
    source.close();
    assertThatThrownBy(() -> other.get(60, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
    assertThatIllegalStateException().isThrownBy(() -> source.jwtSvid(ME));
    gate.countDown();
  }
}
