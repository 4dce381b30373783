package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.AgentApi.X509SvidRequest;
import dev.spiffe4j.attest.TestAgent;
import dev.spiffe4j.attest.TestRequests;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.agent.GrpcNodeApi;
import dev.spiffe4j.attest.authority.AuthorityException;
import dev.spiffe4j.attest.authority.AuthorityRotation;
import dev.spiffe4j.attest.authority.AuthorityRotation.State;
import dev.spiffe4j.attest.server.TestServer.Transport;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RotationTest {
  private record Issued(Instant expiresAt, List<X509Certificate> chain, JwtSvid token) {}

  /** Every living SVID verifies by every bundle that a peer may still have. */
  @ParameterizedTest
  @EnumSource
  void twoDaysPassAndNobodyNotices(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      String entry = test.entry(agent.id(), "web").id();
      Deque<Issued> living = new ArrayDeque<>();
      List<TrustBundle> bundles = new ArrayList<>();
      Set<X509Certificate> issuers = new HashSet<>();
      for (int minute = 0; minute < 48 * 60; minute += 10) {
        test.scheduler.advance(Duration.ofMinutes(10));
        if (Duration.between(test.clock.instant(), agent.svid().expiresAt()).toMinutes() <= 30) {
          agent.use(agent.renew());
        }
        TrustBundle bundle = agent.api().bundle();
        bundles.add(bundle);
        assertThat(bundle.x509Authorities().size()).isBetween(1, 4);

        living.add(issue(agent, entry));
        living.removeIf(issued -> !test.clock.instant().isBefore(issued.expiresAt()));
        // A peer may be as late as an hour.
        for (TrustBundle seen : List.of(bundle, bundles.get(Math.max(0, bundles.size() - 6)))) {
          for (Issued issued : living) {
            issuers.add(verify(test, seen, issued));
          }
        }
      }
      assertThat(issuers).hasSize(4);
      assertThat(test.server.x509Authority().authorities().get(0).state()).isEqualTo(State.ACTIVE);
    }
  }

  private static Issued issue(TestAgent agent, String entry) {
    List<X509Certificate> chain =
        agent
            .api()
            .newX509Svids(List.of(X509SvidRequest.of(entry, TestRequests.csr(TestRequests.keys()))))
            .get(0)
            .chain();
    JwtSvid token = agent.api().newJwtSvid(entry, List.of("db"));
    return new Issued(chain.get(0).getNotAfter().toInstant(), chain, token);
  }

  private static X509Certificate verify(TestServer test, TrustBundle bundle, Issued issued) {
    X509Bundle x509 = bundle.x509Bundle();
    X509Certificate authority =
        X509SvidVerifier.of(td -> Optional.of(x509), test.clock).verify(issued.chain()).authority();
    if (test.clock.instant().isBefore(issued.token().expiresAt())) {
      JwtSvidVerifier.builder(td -> Optional.of(bundle.jwtBundle()), "db")
          .clock(test.clock)
          .build()
          .verify(issued.token().token());
    }
    return authority;
  }

  @Test
  void oldAuthoritiesLeaveTheBundleADayAfterTheirEnd() {
    try (TestServer test = TestServer.start(Transport.IN_PROCESS)) {
      X509Certificate first = test.server.bundle().x509Authorities().get(0).certificate();
      String firstKey = test.server.bundle().jwtAuthorities().get(0).keyId();
      test.scheduler.advance(Duration.ofDays(2));
      assertThat(test.server.bundle().x509Bundle().authorities()).contains(first);
      assertThat(test.server.bundle().jwtBundle().authority(firstKey)).isPresent();
      test.scheduler.advance(Duration.ofMinutes(6));
      assertThat(test.server.bundle().x509Bundle().authorities()).doesNotContain(first);
      assertThat(test.server.bundle().jwtBundle().authority(firstKey)).isEmpty();
    }
  }

  @Test
  void rotationByHandIsSeenOnTheWireBeforeItSigns() {
    try (TestServer test = TestServer.start(Transport.GRPC)) {
      TestAgent agent = test.agent();
      String entry = test.entry(agent.id(), "web").id();
      long before = agent.api().bundle().sequenceNumber();
      test.server.x509Authority().prepare();
      test.server.jwtAuthority().prepare();
      TrustBundle prepared = agent.api().bundle();
      assertThat(prepared.sequenceNumber()).isEqualTo(before + 2);
      assertThat(prepared.x509Authorities()).hasSize(2);

      test.server.x509Authority().activate();
      test.server.jwtAuthority().activate();
      Issued issued = issue(agent, entry);
      assertThat(verify(test, prepared, issued))
          .isEqualTo(prepared.x509Authorities().get(1).certificate());
      // The agent's own SVID is of the old authority, and still good.
      X509Svid renewed = agent.renew();
      agent.use(renewed);
      assertThat(agent.api().syncAuthorizedEntries(List.of())).hasSize(1);
    }
  }

  @Test
  void onlyTheAuthorityBeforeCanBeTaintedAndAgentsSeeIt() {
    try (TestServer test = TestServer.start(Transport.GRPC)) {
      TestAgent agent = test.agent();
      for (AuthorityRotation authority :
          List.of(test.server.x509Authority(), test.server.jwtAuthority())) {
        String first = authority.authorities().get(0).authorityId();
        assertNotOld(() -> authority.taint(first));
        authority.prepare();
        authority.activate();
        assertNotOld(() -> authority.taint(authority.authorities().get(0).authorityId()));
        authority.taint(first);
      }
      TrustBundle bundle = agent.api().bundle();
      assertThat(bundle.x509Authorities())
          .extracting(TrustBundle.X509Authority::tainted)
          .containsExactly(true, false);
      assertThat(bundle.jwtAuthorities())
          .extracting(TrustBundle.JwtAuthority::tainted)
          .containsExactly(true, false);
      // The server itself no longer presents what the tainted authority signed.
      test.scheduler.advance(Duration.ofSeconds(5));
      X509Bundle untainted =
          X509Bundle.of(TestServer.TD, List.of(bundle.x509Authorities().get(1).certificate()));
      try (var late = GrpcNodeApi.builder(test.address(), untainted).clock(test.clock).connect()) {
        assertThat(late.bundle()).isEqualTo(bundle);
      }
    }
  }

  private static void assertNotOld(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AuthorityException.class,
            e -> assertThat(e.reason()).isEqualTo(AuthorityException.Reason.NOT_OLD));
  }

  @Test
  void theServersOwnSvidIsReplacedAtHalfOfItsLife() {
    try (TestServer test = TestServer.start(Transport.GRPC)) {
      test.agent();
      // Longer than the first SVID lives: a new connection meets a new one.
      test.scheduler.advance(Duration.ofMinutes(90));
      try (var late = test.grpc()) {
        assertThat(late.bundle().x509Authorities()).hasSize(1);
      }
    }
  }

  @Test
  void serversOfOneStoreAreOneServer() {
    try (TestServer one = TestServer.start(Transport.IN_PROCESS);
        IdentityServer two =
            IdentityServer.builder(TestServer.TD)
                .dataStore(one.store)
                .clock(one.clock)
                .scheduler(one.scheduler)
                .start()) {
      // Each has its own authority, and the bundle has both.
      assertThat(one.server.bundle()).isEqualTo(two.bundle());
      assertThat(one.server.bundle().x509Authorities()).hasSize(2);

      TestAgent agent = one.agent();
      String entry = one.entry(agent.id(), "web").id();
      try (TestAgent there = TestAgent.of(two.nodeApi(), agent.svid())) {
        assertThat(there.api().syncAuthorizedEntries(List.of())).hasSize(1);
        verify(one, one.server.bundle(), issue(there, entry));
        two.nodes().ban(agent.id());
      }
      assertThat(one.server.nodes().find(agent.id()).orElseThrow().isBanned()).isTrue();
    }
  }
}
