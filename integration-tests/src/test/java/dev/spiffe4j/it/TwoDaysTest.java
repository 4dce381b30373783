package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.testing.ManualScheduler;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two days of a server, an agent and a client, by a clock that the test moves. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TwoDaysTest {
  private static final Duration STEP = Duration.ofMinutes(5);

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2026-06-01T00:00:00Z"));
  private final ManualScheduler scheduler = ManualScheduler.of(clock);
  private final Set<BigInteger> serials = new HashSet<>();
  private final Set<X509Certificate> authorities = new HashSet<>();
  private final Set<String> jwtKeys = new HashSet<>();

  @Test
  @DisplayName("in 48 hours of rotation no expired or unverifiable SVID or token is ever served")
  void twoDays() throws Exception {
    try (Engine engine = Engine.start(clock, scheduler)) {
      engine.register("/web");
      scheduler.advance(Duration.ofMinutes(2));
      try (WorkloadApiClient client = WorkloadApiClient.connect(engine.address())) {
        Instant end = clock.instant().plus(Duration.ofDays(2));
        while (clock.instant().isBefore(end)) {
          verifyX509(client.fetchX509Context());
          verifyJwt(client.fetchJwtSvid("billing"), client.fetchJwtBundles());
          scheduler.advance(STEP);
        }
      }
    }
    // What never changes is no rotation: SVIDs of an hour, authorities of a day.
    assertThat(serials).hasSizeGreaterThanOrEqualTo(48);
    assertThat(authorities).hasSizeGreaterThanOrEqualTo(3);
    assertThat(jwtKeys).hasSizeGreaterThanOrEqualTo(3);
  }

  private void verifyX509(X509Context context) {
    X509Svid svid = context.x509Svid();
    assertThat(clock.instant()).isBetween(svid.notBefore(), svid.expiresAt());
    assertThat(X509SvidVerifier.of(context, clock).verify(svid.chain()).spiffeId())
        .isEqualTo(svid.spiffeId());
    serials.add(svid.leaf().getSerialNumber());
    authorities.addAll(context.x509Bundle(Engine.TRUST_DOMAIN).orElseThrow().authorities());
  }

  private void verifyJwt(JwtSvid token, Map<TrustDomain, JwtBundle> bundles) {
    JwtSvidVerifier verifier =
        JwtSvidVerifier.builder(
                trustDomain -> Optional.ofNullable(bundles.get(trustDomain)), "billing")
            .clock(clock)
            .leeway(Duration.ZERO)
            .build();
    assertThat(verifier.verify(token.token()).spiffeId()).isEqualTo(token.spiffeId());
    jwtKeys.addAll(bundles.get(Engine.TRUST_DOMAIN).authorities().keySet());
  }
}
