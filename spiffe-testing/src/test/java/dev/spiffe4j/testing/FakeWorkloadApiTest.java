package dev.spiffe4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.workloadapi.JwtValidation;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.X509Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A live source against a live server, through what both may do to each other. */
class FakeWorkloadApiTest {
  private static final SpiffeId WEB = SpiffeId.parse("spiffe://example.org/web");
  private static final SpiffeId DB = SpiffeId.parse("spiffe://example.org/db");

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2026-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final TestTrustDomain foreign =
      TestTrustDomain.builder("foreign.test").clock(clock).build();
  private final BlockingQueue<X509Context> told = new LinkedBlockingQueue<>();
  private FakeWorkloadApi api;

  @BeforeEach
  void start() {
    api = FakeWorkloadApi.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private X509Source connect() {
    return X509Source.builder(api.address()).clock(clock).connect();
  }

  private X509Context next() throws InterruptedException {
    X509Context context = told.poll(30, TimeUnit.SECONDS);
    assertThat(context).isNotNull();
    return context;
  }

  @Test
  @DisplayName("WAPI-10, -13: an update replaces everything, for every subscriber")
  void followsUpdates() throws Exception {
    api.update(
        X509Context.of(List.of(domain.issue("/web")), List.of(domain.bundle(), foreign.bundle())));
    BlockingQueue<X509Context> others = new LinkedBlockingQueue<>();
    try (X509Source source = connect()) {
      source.subscribe(
          context -> {
            throw new IllegalStateException("a bad subscriber");
          });
      source.subscribe(told::add);
      source.subscribe(others::add);
      X509Context first = next();
      assertThat(first).isSameAs(source.x509Context());
      assertThat(first.bundles()).hasSize(2);

      X509Svid second = domain.issue("/other");
      api.update(domain.context(second));
      X509Context now = next();
      assertThat(now.x509Svid().spiffeId()).isEqualTo(second.spiffeId());
      assertThat(now.bundles()).hasSize(1);
      assertThat(source.x509Context()).isSameAs(now);
      assertThat(source.x509Bundle(foreign.trustDomain())).isEmpty();
      assertThat(List.of(others.take(), others.take())).containsExactly(first, now);
    }
  }

  @Test
  @DisplayName("WAPI-08: after a restart of the server, the source comes back by itself")
  void survivesRestart() throws Exception {
    api.update(domain.context(domain.issue("/web")));
    try (X509Source source = connect()) {
      X509Context before = source.x509Context();
      source.subscribe(told::add);
      next();
      api.stop();
      awaitError(source, Reason.SOCKET_MISSING);
      assertThat(source.x509Context()).isSameAs(before);

      api.restart();
      api.update(domain.context(domain.issue("/web")));
      assertThat(next()).isNotSameAs(before);
      assertThat(source.lastError()).isEmpty();
    }
  }

  @Test
  @DisplayName("WAPI-31, -67: what is denied is used no longer, and what is unavailable is")
  void withdraws() throws Exception {
    api.update(domain.context(domain.issue("/web")));
    try (X509Source source = connect()) {
      source.subscribe(told::add);
      X509Context first = next();
      api.refuse(Reason.UNAVAILABLE);
      awaitError(source, Reason.UNAVAILABLE);
      assertThat(source.x509Context()).isSameAs(first);

      api.withdraw();
      awaitError(source, Reason.NO_IDENTITY);
      assertThat(source.isReady()).isFalse();
      assertReason(Reason.NO_IDENTITY, source::x509Svid);
      assertReason(Reason.NO_IDENTITY, () -> source.x509Bundle(domain.trustDomain()));

      // The same message as before the denial is news after it.
      api.update(first);
      assertThat(next().svids()).hasSameSizeAs(first.svids());
      assertThat(source.isReady()).isTrue();
    }
  }

  @Test
  @DisplayName("an expired SVID is not handed out, and a new one is")
  void expires() throws Exception {
    X509Svid lasting = domain.svid("/lasting").lifetime(Duration.ofHours(3)).build();
    X509Svid brief = domain.svid("/brief").lifetime(Duration.ofHours(1)).build();
    api.update(domain.context(lasting, brief));
    try (X509Source source = connect()) {
      source.subscribe(told::add);
      X509Context both = next();
      assertThat(source.x509Context().svids()).hasSize(2);

      clock.set(brief.expiresAt().plusSeconds(1));
      assertThat(source.x509Context().svids()).containsExactly(both.x509Svid());
      assertThat(source.x509Context()).isSameAs(source.x509Context());

      clock.set(lasting.expiresAt());
      assertThat(source.isReady()).isTrue();
      clock.advance(Duration.ofSeconds(1));
      assertReason(Reason.EXPIRED, source::x509Svid);
      assertReason(Reason.EXPIRED, source::x509Context);
      assertThat(source.isReady()).isFalse();
      assertThat(source.x509Bundle(domain.trustDomain())).isPresent();

      api.update(domain.context(domain.issue("/lasting")));
      assertThat(next().x509Svid().expiresAt()).isAfter(clock.instant());
      assertThat(source.isReady()).isTrue();
    }
  }

  @Test
  void countsStreams() throws Exception {
    api.update(domain.context(domain.issue("/web")));
    assertThat(api.openStreams()).isZero();
    try (X509Source source = connect()) {
      assertThat(api.openStreams()).isEqualTo(1);
      assertThat(source.isReady()).isTrue();
    }
    await(() -> api.openStreams() == 0);
  }

  @Test
  @DisplayName("WAPI-33, -34, -35: tokens of all identities, or of the one asked for")
  void issuesJwtSvids() {
    api.jwt(WEB, DB);
    try (WorkloadApiClient client = WorkloadApiClient.connect(api.address())) {
      JwtSvid svid = client.fetchJwtSvid("a", "b");
      assertThat(svid.spiffeId()).isEqualTo(WEB);
      assertThat(svid.audience()).containsExactly("a", "b");
      assertThat(client.fetchJwtSvids("a")).extracting(JwtSvid::spiffeId).containsExactly(WEB, DB);
      assertThat(client.fetchJwtSvid(DB, "a").spiffeId()).isEqualTo(DB);
      assertReason(
          Reason.NO_IDENTITY,
          () -> client.fetchJwtSvid(SpiffeId.parse("spiffe://example.org/x"), "a"));
    }
  }

  @Test
  @DisplayName("WAPI-39, -42, -62, -84: bundles and validation of tokens")
  void validatesJwtSvids() {
    api.jwt(WEB);
    try (WorkloadApiClient client = WorkloadApiClient.connect(api.address())) {
      TrustDomain trustDomain = WEB.trustDomain();
      assertThat(client.fetchJwtBundles()).containsOnlyKeys(trustDomain);
      assertThat(client.fetchJwtBundles().get(trustDomain)).isEqualTo(api.jwtBundle(trustDomain));

      String token = client.fetchJwtSvid("me").token();
      JwtValidation validation = client.validateJwtSvid("me", token);
      assertThat(validation.spiffeId()).isEqualTo(WEB);
      assertThat(validation.claims()).containsEntry("sub", WEB.toString());
      assertReason(Reason.INVALID_ARGUMENT, () -> client.validateJwtSvid("you", token));
    }
  }

  private static void awaitError(X509Source source, Reason reason) throws InterruptedException {
    await(() -> source.lastError().filter(e -> e.reason() == reason).isPresent());
  }

  private static void await(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    BlockingQueue<Object> never = new LinkedBlockingQueue<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      never.poll(5, TimeUnit.MILLISECONDS);
    }
  }

  private static void assertReason(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
