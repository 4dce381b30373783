package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.server.ScriptedHandler;
import dev.spiffe4j.workloadapi.server.Updates;
import dev.spiffe4j.workloadapi.server.WorkloadApiServer;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles without an SVID. */
class WorkloadBundleSourceTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final TestAuthority FOREIGN = new TestAuthority("foreign.test");
  private static final JwtBundle JWT =
      JwtBundle.of(OWN.trustDomain(), Map.of("k", OWN.keys().getPublic()));
  private static final JwtBundle FOREIGN_JWT =
      JwtBundle.of(FOREIGN.trustDomain(), Map.of("k", OWN.keys().getPublic()));
  private static final WitBundle WIT =
      WitBundle.of(OWN.trustDomain(), Map.of("w", OWN.keys().getPublic()));

  @TempDir Path directory;

  private final ScriptedHandler handler = new ScriptedHandler();
  private final HandScheduler scheduler = new HandScheduler();

  private WorkloadApiServer serve() {
    handler.x509Context = X509Context.of(List.of(), List.of(OWN.bundle()));
    handler.jwtBundles = List.of(JWT);
    return WorkloadApiServer.builder(directory.resolve("api.sock"), handler)
        .untrackedCallers()
        .start();
  }

  private WorkloadBundleSource.Builder builder() {
    return WorkloadBundleSource.builder(WorkloadApiAddress.of(directory.resolve("api.sock")))
        .scheduler(scheduler)
        .initialTimeout(Duration.ofSeconds(20));
  }

  @Test
  @DisplayName("bundles of all kinds come without an SVID, each kind only for its own SVIDs")
  void servesAllKinds() {
    handler.witBundles = List.of(WIT);
    try (WorkloadApiServer server = serve();
        WorkloadBundleSource source = builder().connect()) {
      assertThat(source.x509Bundle(OWN.trustDomain())).contains(OWN.bundle());
      assertThat(source.jwtBundle(OWN.trustDomain())).contains(JWT);
      assertThat(source.witBundle(OWN.trustDomain())).contains(WIT);
      assertThat(source.bundle(FOREIGN.trustDomain())).isEmpty();
      assertThat(source.bundles()).hasSize(1);
      assertThat(source.isReady()).isTrue();
      assertThat(source).asString().contains(server.address().toString());
      assertThat(handler.x509Streams).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "WAPI-47, -48: a server without the WIT profile is asked for it once, and that is no error")
  void toleratesMissingKind() {
    try (WorkloadApiServer server = serve();
        WorkloadBundleSource source = builder().connect()) {
      assertThat(source.isReady()).isTrue();
      assertThat(source.lastError()).isEmpty();
      assertThat(source.witBundle(OWN.trustDomain())).isEmpty();
      assertThat(scheduler.tasks).isEmpty();
      assertThat(source.stats().updates()).isEqualTo(2);
      assertThat(server.address()).isNotNull();
    }
  }

  @Test
  @DisplayName("EP-28: a server with none of the kinds is no server of bundles")
  void refusesWithoutAny() throws Exception {
    try (RawServer server = new RawServer(directory.resolve("api.sock"))) {
      server.onX509Bundles = stream -> stream.onError(Status.UNIMPLEMENTED.asRuntimeException());
      server.onJwtBundles = stream -> stream.onError(Status.UNIMPLEMENTED.asRuntimeException());
      assertThatThrownBy(() -> builder().connect())
          .isInstanceOfSatisfying(
              WorkloadApiException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.UNIMPLEMENTED));
    }
  }

  @Test
  @DisplayName("WAPI-13, -15: what a message leaves out is gone; kinds change apart")
  void followsChanges() throws Exception {
    BlockingQueue<Map<TrustDomain, SpiffeBundle>> told = new LinkedBlockingQueue<>();
    try (WorkloadApiServer server = serve();
        WorkloadBundleSource source = builder().kinds(BundleKind.X509, BundleKind.JWT).connect()) {
      source.subscribe(told::add);
      assertThat(told.poll(60, TimeUnit.SECONDS)).containsOnlyKeys(OWN.trustDomain());
      Updates<X509Context> x509 = handler.bundleStreams.take();
      x509.send(X509Context.of(List.of(), List.of(OWN.bundle(), FOREIGN.bundle())));
      assertThat(told.poll(60, TimeUnit.SECONDS)).hasSize(2);
      assertThat(source.jwtBundle(FOREIGN.trustDomain())).isEmpty();
      handler.jwtBundleStreams.take().send(List.of(JWT, FOREIGN_JWT));
      told.poll(60, TimeUnit.SECONDS);
      assertThat(source.jwtBundle(FOREIGN.trustDomain())).contains(FOREIGN_JWT);
      x509.send(X509Context.of(List.of(), List.of(OWN.bundle())));
      told.poll(60, TimeUnit.SECONDS);
      assertThat(source.x509Bundle(FOREIGN.trustDomain())).isEmpty();
      assertThat(source.jwtBundle(FOREIGN.trustDomain())).contains(FOREIGN_JWT);

      x509.end(new WorkloadApiException(Reason.NO_IDENTITY, "denied"));
      told.poll(60, TimeUnit.SECONDS);
      assertThat(source.x509Bundle(OWN.trustDomain())).isEmpty();
      assertThat(source.jwtBundle(OWN.trustDomain())).contains(JWT);
      assertThat(source.lastError().orElseThrow().reason()).isEqualTo(Reason.NO_IDENTITY);
      assertThat(server.address()).isNotNull();
    }
  }
}
