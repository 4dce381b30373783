package dev.spiffe4j.attest.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.crypto.BouncyCastle;
import dev.spiffe4j.attest.workload.TrackedProcess;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two days of rotation, with all that can happen meanwhile, at the speed of the machine. */
class TwoDaysTest {
  private static final Duration STEP = Duration.ofMinutes(2);
  private static final int STEPS_PER_HOUR = 30;
  private static final List<String> AUDIENCE = List.of("db");

  private final AgentHarness agent = new AgentHarness();
  private final FakeServer server = agent.server;
  private final Set<String> serials = new HashSet<>();
  private final Set<String> tokens = new HashSet<>();
  private final Recorder<Collection<JwtBundle>> jwtBundles = new Recorder<>();
  private Instant down = Instant.MAX;

  @AfterEach
  void closeAgent() {
    agent.close();
  }

  @Test
  void whatIsServedHasNotExpiredAndVerifiesByTheBundleServedWithIt() {
    server.put(server.entry("hour", "/hour", "web"));
    server.put(server.entry("day", "/day", "web").x509SvidTtl(Duration.ofHours(20)));
    agent.start();
    TrackedProcess caller = agent.caller("web");
    TrackedProcess churned = agent.caller("churn");
    Recorder<X509Context> stream = agent.watch(caller);
    var unused = agent.api().watchJwtBundles(caller, jwtBundles);

    for (int step = 0; step < 48 * STEPS_PER_HOUR; step++) {
      if (step % STEPS_PER_HOUR == 0) {
        happen(step / STEPS_PER_HOUR);
        churn(step / STEPS_PER_HOUR, churned);
      }
      if (server.down && agent.clock.instant().isAfter(down.plus(Duration.ofMinutes(20)))) {
        comeBack();
      }
      agent.advance(STEP);
      check(stream);
      checkTokens(caller);
    }

    assertThat(stream.ended()).isNull();
    assertThat(agent.engine().health().isHealthy()).isTrue();
    // 48 hours in steps of 27 to 33 minutes and of 9 to 11 hours, and 46 entries that came and
    // went.
    assertThat(serials.size()).isBetween(130, 170);
    assertThat(tokens.size()).isGreaterThan(900);
    assertThat(server.count("attestAgent")).isEqualTo(1);
    assertThat(server.count("renewAgent")).isBetween(80L, 120L);
  }

  private void happen(int hour) {
    switch (hour) {
      case 10, 30 -> {
        server.down = true;
        down = agent.clock.instant();
      }
      case 20 -> server.rotate();
      case 21 -> server.taintOld();
      case 22 -> server.revokeOld();
      default -> {}
    }
  }

  private void comeBack() {
    server.down = false;
    agent.advance(Duration.ofMinutes(5));
    assertThat(agent.engine().health().isHealthy()).isTrue();
  }

  /** Each hour an entry comes, and the one before goes. */
  private void churn(int hour, TrackedProcess caller) {
    if (server.down) {
      return;
    }
    server.entries.keySet().removeIf(id -> id.startsWith("churn"));
    server.put(server.entry("churn" + hour, "/churn" + hour, "churn"));
    agent.pass();
    Recorder<X509Context> stream = agent.watch(caller);
    assertThat(AgentHarness.paths(stream.latest())).containsExactly("/churn" + hour);
    check(stream);

    server.entries.remove("churn" + hour);
    agent.pass();
    assertThat(stream.ended()).isEqualTo(WorkloadApiException.Reason.NO_IDENTITY);
  }

  private void check(Recorder<X509Context> stream) {
    X509Context context = stream.latest();
    X509SvidVerifier verifier =
        X509SvidVerifier.builder(context)
            .clock(agent.clock)
            .signatureProvider(BouncyCastle.provider())
            .build();
    for (X509Svid svid : context.svids()) {
      assertThat(verifier.verify(svid.chain()).spiffeId()).isEqualTo(svid.spiffeId());
      serials.add(svid.leaf().getSerialNumber().toString());
    }
    assertThat(context.svids()).hasSizeGreaterThanOrEqualTo(1);
  }

  private void checkTokens(TrackedProcess caller) {
    List<JwtSvid> svids;
    try {
      svids = agent.api().fetchJwtSvids(caller, AUDIENCE, null);
    } catch (WorkloadApiException e) {
      // A token lives five minutes, and an outage longer.
      assertThat(e.reason()).isEqualTo(WorkloadApiException.Reason.UNAVAILABLE);
      assertThat(server.down).isTrue();
      assertThat(agent.clock.instant()).isAfter(down.plus(Duration.ofMinutes(1)));
      return;
    }
    assertThat(svids).hasSize(2);
    JwtSvidVerifier verifier =
        JwtSvidVerifier.builder(this::jwtBundle, "db")
            .clock(agent.clock)
            .signatureProvider(BouncyCastle.provider())
            .build();
    for (JwtSvid svid : svids) {
      assertThat(verifier.verify(svid.token()).spiffeId()).isEqualTo(svid.spiffeId());
      tokens.add(svid.token());
    }
  }

  private java.util.Optional<JwtBundle> jwtBundle(TrustDomain trustDomain) {
    return jwtBundles.latest().stream()
        .filter(bundle -> bundle.trustDomain().equals(trustDomain))
        .findFirst();
  }
}
