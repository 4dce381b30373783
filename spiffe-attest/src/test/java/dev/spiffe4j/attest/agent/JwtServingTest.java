package dev.spiffe4j.attest.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.workload.TrackedProcess;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.workloadapi.JwtValidation;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class JwtServingTest {
  private static final TrustDomain FOREIGN = TrustDomain.parse("foreign.example");
  private static final List<String> AUDIENCE = List.of("db");

  private final AgentHarness agent = new AgentHarness();
  private final FakeServer server = agent.server;
  private final FakeServer foreign = new FakeServer(FOREIGN.name(), agent.clock);

  @BeforeEach
  void putEntries() {
    server.put(server.entry("a", "/a", "web").hint("x"));
    server.put(server.entry("b", "/b", "web"));
    server.put(server.entry("c", "/c", "other").federatesWith(Set.of(FOREIGN)));
    server.federated.put(FOREIGN, foreign.bundle());
    agent.start();
  }

  @AfterEach
  void closeAgent() {
    agent.close();
  }

  @Test
  @DisplayName("WAPI-34 without a SPIFFE ID, the tokens of all identities, the default one first")
  void givesAllTokens() {
    List<JwtSvid> svids = fetch(agent.caller("web"));

    assertThat(svids).extracting(svid -> svid.spiffeId().path()).containsExactly("/a", "/b");
    assertThat(svids).allMatch(svid -> svid.audience().equals(AUDIENCE));
    assertThat(svids.get(0).hint()).contains("x");
  }

  @Test
  @DisplayName("WAPI-35 with a SPIFFE ID, that one's token; WAPI-37 PermissionDenied for another's")
  void givesOneToken() {
    TrackedProcess caller = agent.caller("web");

    assertThat(agent.api().fetchJwtSvids(caller, AUDIENCE, server.id("/b")))
        .extracting(svid -> svid.spiffeId().path())
        .containsExactly("/b");
    assertRefused(
        () -> agent.api().fetchJwtSvids(caller, AUDIENCE, server.id("/c")), Reason.NO_IDENTITY);
    assertRefused(() -> fetch(agent.caller()), Reason.NO_IDENTITY);
  }

  @Test
  void keepsTokensForHalfOfTheirLife() {
    TrackedProcess caller = agent.caller("other");
    JwtSvid first = fetch(caller).get(0);

    agent.advance(Duration.ofSeconds(130));
    assertThat(fetch(caller).get(0).token()).isEqualTo(first.token());
    assertThat(server.count("newJwtSvid")).isEqualTo(1);

    agent.advance(Duration.ofSeconds(40));
    assertThat(fetch(caller).get(0).token()).isNotEqualTo(first.token());
    assertThat(server.count("newJwtSvid")).isEqualTo(2);
  }

  @Test
  void eachAudienceHasItsOwnToken() {
    TrackedProcess caller = agent.caller("other");

    JwtSvid db = fetch(caller).get(0);
    JwtSvid both = agent.api().fetchJwtSvids(caller, List.of("db", "web"), null).get(0);

    assertThat(both.token()).isNotEqualTo(db.token());
    assertThat(both.audience()).containsExactly("db", "web");
  }

  @Test
  void givesTheLastTokenWhileTheServerIsAwayAndUntilItExpires() {
    TrackedProcess caller = agent.caller("other");
    JwtSvid first = fetch(caller).get(0);
    server.down = true;

    agent.advance(Duration.ofSeconds(299));
    assertThat(fetch(caller).get(0).token()).isEqualTo(first.token());
    long asked = server.count("newJwtSvid");
    fetch(caller);
    assertThat(server.count("newJwtSvid")).isEqualTo(asked);

    agent.advance(Duration.ofSeconds(1));
    assertRefused(() -> fetch(caller), Reason.UNAVAILABLE);
    server.down = false;
    assertThat(fetch(caller)).hasSize(1);
  }

  @Test
  void doesNotGiveTheLastTokenIfTheServerForbidsIt() {
    TrackedProcess caller = agent.caller("other");
    fetch(caller);

    server.failingEntries.add("c");
    agent.advance(Duration.ofSeconds(170));

    assertRefused(() -> fetch(caller), Reason.NO_IDENTITY);
    assertThat(agent.engine().health().jwtSvids()).isZero();
  }

  @Test
  void anIdentityThatIsGoneHidesNoOther() {
    server.failingEntries.add("a");

    assertThat(fetch(agent.caller("web")))
        .extracting(svid -> svid.spiffeId().path())
        .containsExactly("/b");
  }

  @Test
  void anEntryThatChangesOrGoesTakesItsTokensAlong() {
    TrackedProcess caller = agent.caller("other");
    JwtSvid first = fetch(caller).get(0);

    server.put(server.change("c").jwtSvidTtl(Duration.ofMinutes(1)));
    agent.pass();
    assertThat(agent.engine().health().jwtSvids()).isZero();
    assertThat(fetch(caller).get(0).expiresAt()).isBefore(first.expiresAt());

    server.entries.remove("c");
    agent.pass();
    assertThat(agent.engine().health().jwtSvids()).isZero();
    assertRefused(() -> fetch(caller), Reason.NO_IDENTITY);
  }

  @Test
  void holdsNoMoreThanItsCapacity() {
    agent.engine().close();
    agent.options.jwtSvidCapacity(10);
    agent.start();
    TrackedProcess caller = agent.caller("other");
    for (int i = 0; i < 20; i++) {
      agent.api().fetchJwtSvids(caller, List.of("audience-" + i), null);
    }
    assertThat(agent.engine().health().jwtSvids()).isEqualTo(10);

    long asked = server.count("newJwtSvid");
    agent.api().fetchJwtSvids(caller, List.of("audience-19"), null);
    assertThat(server.count("newJwtSvid")).isEqualTo(asked);
    agent.api().fetchJwtSvids(caller, List.of("audience-0"), null);
    assertThat(server.count("newJwtSvid")).isEqualTo(asked + 1);
  }

  @Test
  void tokensOfATaintedKeyAreReplacedAndOfARevokedKeyForgotten() {
    TrackedProcess caller = agent.caller("other");
    JwtSvid first = fetch(caller).get(0);
    server.rotate();
    server.taintOld();
    agent.pass();
    server.down = true;
    assertThat(fetch(caller).get(0).token()).isEqualTo(first.token());

    server.down = false;
    agent.advance(Duration.ofSeconds(20));
    JwtSvid second = fetch(caller).get(0);
    assertThat(second.token()).isNotEqualTo(first.token());

    server.rotate();
    server.revokeOld();
    agent.pass();
    assertThat(agent.engine().health().jwtSvids()).isZero();
    assertThat(fetch(caller).get(0).token()).isNotEqualTo(second.token());
  }

  @Test
  void callersAtTheSameTimeShareOneCall() throws Exception {
    TrackedProcess caller = agent.caller("other");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<String>> tokens = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        tokens.add(threads.submit(() -> fetch(caller).get(0).token()));
      }
      for (Future<String> token : tokens) {
        assertThat(token.get()).isEqualTo(tokens.get(0).get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(server.count("newJwtSvid")).isEqualTo(1);
  }

  @Test
  void anAudienceIsBounded() {
    TrackedProcess caller = agent.caller("other");
    assertThat(agent.api().fetchJwtSvids(caller, List.of("x".repeat(8000)), null)).hasSize(1);

    assertRefused(
        () -> agent.api().fetchJwtSvids(caller, List.of("x".repeat(9000)), null),
        Reason.INVALID_ARGUMENT);
  }

  @Test
  void followsJwtBundles() {
    Recorder<Collection<JwtBundle>> web = new Recorder<>();
    Recorder<Collection<JwtBundle>> other = new Recorder<>();
    var unused = agent.api().watchJwtBundles(agent.caller("web"), web);
    unused = agent.api().watchJwtBundles(agent.caller("other"), other);
    assertThat(web.latest()).extracting(JwtBundle::trustDomain).containsExactly(server.trustDomain);
    assertThat(other.latest())
        .extracting(JwtBundle::trustDomain)
        .containsExactly(server.trustDomain, FOREIGN);

    agent.advance(Duration.ofHours(1));
    assertThat(web.count()).isEqualTo(1);
    server.rotate();
    agent.pass();
    assertThat(web.count()).isEqualTo(2);
    assertRefused(
        () -> agent.api().watchJwtBundles(agent.caller(), new Recorder<>()), Reason.NO_IDENTITY);
  }

  @Test
  @DisplayName("WAPI-80 all claims of own tokens are told, and WAPI-79 aud is a list")
  void validatesOwnTokens() {
    String token = fetch(agent.caller("web")).get(0).token();

    JwtValidation validation = agent.api().validateJwtSvid(agent.caller(), "db", token);

    assertThat(validation.spiffeId()).isEqualTo(server.id("/a"));
    assertThat(validation.claims())
        .containsKeys("sub", "exp", "iat")
        .containsEntry("aud", AUDIENCE);
  }

  @Test
  @DisplayName("WAPI-62 a token that does not hold is an invalid argument")
  void refusesTokensThatDoNotHold() {
    String token = fetch(agent.caller("web")).get(0).token();
    TrackedProcess caller = agent.caller("web");
    agent.api().validateJwtSvid(caller, "db", token);

    assertRefused(() -> agent.api().validateJwtSvid(caller, "web", token), Reason.INVALID_ARGUMENT);
    assertRefused(() -> agent.api().validateJwtSvid(caller, "db", "x"), Reason.INVALID_ARGUMENT);
    agent.advance(Duration.ofMinutes(10));
    assertRefused(() -> agent.api().validateJwtSvid(caller, "db", token), Reason.INVALID_ARGUMENT);
  }

  @Test
  @DisplayName("WAPI-80 of foreign tokens sub, aud and exp are told, and what is allowed")
  void validatesForeignTokensForWhoFederates() {
    String token = foreignToken();

    assertThat(agent.api().validateJwtSvid(agent.caller("other"), "db", token).claims())
        .containsOnlyKeys("sub", "aud", "exp");
    assertRefused(
        () -> agent.api().validateJwtSvid(agent.caller("web"), "db", token),
        Reason.INVALID_ARGUMENT);

    agent.engine().close();
    agent.options.foreignJwtClaims("iat");
    agent.start();
    assertThat(agent.api().validateJwtSvid(agent.caller("other"), "db", token).claims())
        .containsOnlyKeys("sub", "aud", "exp", "iat");
  }

  private String foreignToken() {
    foreign.put(foreign.entry("f", "/f", "web"));
    return foreign.signJwt("f", AUDIENCE).token();
  }

  private List<JwtSvid> fetch(TrackedProcess caller) {
    return agent.api().fetchJwtSvids(caller, AUDIENCE, null);
  }

  private static void assertRefused(Runnable call, Reason reason) {
    assertThatExceptionOfType(WorkloadApiException.class)
        .isThrownBy(call::run)
        .matches(e -> e.reason() == reason, "reason " + reason);
  }
}
