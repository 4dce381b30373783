package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.wit.ConfirmationKey;
import dev.spiffe4j.jwt.wit.WitBundles;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.jwt.wit.WitSvidSigner;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.WITBundlesResponse;
import dev.spiffe4j.workloadapi.proto.WITSVID;
import dev.spiffe4j.workloadapi.proto.WITSVIDResponse;
import dev.spiffe4j.workloadapi.server.ScriptedHandler;
import dev.spiffe4j.workloadapi.server.Updates;
import dev.spiffe4j.workloadapi.server.WorkloadApiServer;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The WIT profile, served and followed. */
class WitSourceTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final SpiffeId WEB = SpiffeId.parse("spiffe://example.org/web");
  private static final SpiffeId DB = SpiffeId.parse("spiffe://example.org/db");
  private static final WitBundle BUNDLE =
      WitBundle.of(OWN.trustDomain(), Map.of("w", OWN.keys().getPublic()));

  @TempDir Path directory;

  private final HandClock clock = new HandClock();
  private final ScriptedHandler handler = new ScriptedHandler();
  private WorkloadApiServer server;

  @BeforeEach
  void start() {
    handler.witSvids = List.of(issue(WEB), issue(DB).withHint("internal"));
    handler.witBundles = List.of(BUNDLE);
    server =
        WorkloadApiServer.builder(directory.resolve("api.sock"), handler)
            .untrackedCallers()
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private WitSvid issue(SpiffeId id) {
    KeyPair keys = new TestAuthority("workload").keys();
    return WitSvidSigner.of("w", OWN.keys().getPrivate(), OWN.keys().getPublic())
        .sign(id, ConfirmationKey.of(keys.getPublic()), clock.instant())
        .withPrivateKey(keys.getPrivate());
  }

  private WitSource.Builder builder() {
    return WitSource.builder(server.address()).clock(clock).initialTimeout(Duration.ofSeconds(20));
  }

  private static void assertReason(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  @DisplayName(
      "WAPI-50, -51, -54, -55: SVIDs come with their keys, the default one first, and bundles")
  void serves() {
    try (WitSource source = builder().connect()) {
      assertThat(source.witSvid().spiffeId()).isEqualTo(WEB);
      assertThat(source.witSvid().token()).isEqualTo(handler.witSvids.get(0).token());
      assertThat(source.witSvid("internal").orElseThrow().spiffeId()).isEqualTo(DB);
      assertThat(source.witSvid("nobody's")).isEmpty();
      assertThat(source.witBundle(OWN.trustDomain())).contains(BUNDLE);
      assertThat(source.isReady()).isTrue();
    }
  }

  @Test
  void answersSingleQuestions() {
    try (WorkloadApiClient client = WorkloadApiClient.connect(server.address())) {
      assertThat(client.fetchWitSvids()).extracting(WitSvid::spiffeId).containsExactly(WEB, DB);
      assertThat(client.fetchWitBundles()).isEqualTo(Map.of(OWN.trustDomain(), BUNDLE));
      // The server of the test does not look at what was asked for.
      assertReason(Reason.INVALID_RESPONSE, () -> client.fetchWitSvid(DB));
      handler.witSvids = List.of(issue(DB));
      assertThat(client.fetchWitSvid(DB).spiffeId()).isEqualTo(DB);
    }
  }

  @Test
  @DisplayName(
      "an update replaces everything; an expired SVID is not served; a denial takes all back")
  void follows() throws Exception {
    BlockingQueue<List<WitSvid>> told = new LinkedBlockingQueue<>();
    try (WitSource source = builder().picker(svid -> svid.spiffeId().equals(DB)).connect()) {
      source.subscribe(told::add);
      assertThat(told.poll(60, TimeUnit.SECONDS)).hasSize(2);
      assertThat(source.witSvid().spiffeId()).isEqualTo(DB);
      Updates<List<WitSvid>> stream = handler.witStreams.take();
      stream.send(List.of(issue(DB)));
      assertThat(told.poll(60, TimeUnit.SECONDS)).hasSize(1);
      stream.send(List.of(issue(WEB)));
      Await.until(() -> !source.isReady());
      assertReason(Reason.NO_MATCHING_SVID, source::witSvid);
      stream.send(List.of(issue(DB)));
      assertThat(told.poll(60, TimeUnit.SECONDS)).hasSize(1);
      clock.advance(Duration.ofHours(2));
      assertReason(Reason.EXPIRED, source::witSvid);
      assertThat(source.witBundle(OWN.trustDomain())).contains(BUNDLE);
      stream.end(new WorkloadApiException(Reason.NO_IDENTITY, "denied"));
      Await.until(() -> source.stats().withdrawals() == 1);
      assertReason(Reason.NO_IDENTITY, source::witSvid);
    }
  }

  @Test
  @DisplayName("WAPI-47, -48: a server without the profile is asked once")
  void givesUp() {
    handler.witSvids = List.of();
    assertReason(Reason.UNIMPLEMENTED, () -> builder().connect());
  }

  @Test
  @DisplayName(
      "WAPI-82: a key that is not the one of cnf, and a missing field, discard the message")
  void refusesOtherKey() {
    WITSVID good = message(handler.witSvids.get(0)).build();
    assertThat(WitMessages.svids(response(good), null)).hasSize(1);
    assertRefused(good.toBuilder().setWitSvidKey(handler.witSvids.get(1).privateJwk()));
    assertRefused(good.toBuilder().clearWitSvidKey());
    assertRefused(good.toBuilder().clearWitSvid());
    assertRefused(good.toBuilder().clearSpiffeId());
    assertRefused(good.toBuilder().setSpiffeId(DB.toString()));
    assertReason(
        Reason.INVALID_RESPONSE,
        () -> WitMessages.svids(WITSVIDResponse.getDefaultInstance(), null));
  }

  private static WITSVID.Builder message(WitSvid svid) {
    return WITSVID
        .newBuilder()
        .setSpiffeId(svid.spiffeId().toString())
        .setWitSvid(svid.token())
        .setWitSvidKey(svid.privateJwk());
  }

  private static WITSVIDResponse response(WITSVID... svids) {
    return WITSVIDResponse.newBuilder().addAllSvids(List.of(svids)).build();
  }

  private static void assertRefused(WITSVID.Builder svid) {
    assertReason(Reason.INVALID_RESPONSE, () -> WitMessages.svids(response(svid.build()), null));
  }

  @Test
  @DisplayName("WAPI-27, -28: of equal hints the first counts")
  void keepsFirstHint() {
    WITSVID first = message(issue(WEB)).setHint("a").build();
    WITSVID second = first.toBuilder().setWitSvid("broken").build();
    assertReason(Reason.INVALID_RESPONSE, () -> WitMessages.svids(response(second), null));
    assertThat(WitMessages.svids(response(first, second), null)).hasSize(1);
  }

  @Test
  @DisplayName("WAPI-53: a bad bundle costs itself only, and no bundle at all is no answer")
  void readsBundles() {
    WITBundlesResponse mixed =
        WITBundlesResponse.newBuilder()
            .putBundles(OWN.trustDomain().spiffeId().toString(), WitBundles.toJson(BUNDLE))
            .putBundles("spiffe://b", "junk")
            .build();
    BundleMap<WitBundle> map = WitMessages.bundles(mixed);
    assertThat(map.bundles()).isEqualTo(Map.of(OWN.trustDomain(), BUNDLE));
    assertThat(map.problems()).hasSize(1);
    assertReason(
        Reason.INVALID_RESPONSE,
        () -> WitMessages.bundles(WITBundlesResponse.getDefaultInstance()));
  }
}
