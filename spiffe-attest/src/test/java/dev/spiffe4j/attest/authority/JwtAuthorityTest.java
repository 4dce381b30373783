package dev.spiffe4j.attest.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.authority.AuthorityRotation.State;
import dev.spiffe4j.attest.store.BundleStore;
import dev.spiffe4j.attest.store.DataStore;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.VerifiedJwtSvid;
import dev.spiffe4j.testing.MutableInstantSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JwtAuthorityTest {
  private static final TrustDomain TD = TrustDomain.parse("example.org");
  private static final SpiffeId WEB = SpiffeId.of(TD, "web");
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  private final MutableInstantSource clock = MutableInstantSource.of(START);
  private final BundleStore bundles = DataStore.inMemory().bundles();

  private JwtAuthority started(KeyType type) {
    JwtAuthority authority =
        JwtAuthority.builder(TD, KeyManager.inMemory(), bundles).clock(clock).keyType(type).build();
    authority.rotate();
    return authority;
  }

  private VerifiedJwtSvid verify(JwtSvid svid) {
    return JwtSvidVerifier.builder(
            td -> Optional.of(bundles.find(TD).orElseThrow().jwtBundle()), "db")
        .clock(clock)
        .build()
        .verify(svid.token());
  }

  @Test
  void tokensVerifyByTheBundle() {
    for (KeyType type : List.of(KeyType.EC_P256, KeyType.EC_P384, KeyType.RSA_2048)) {
      JwtAuthority authority = started(type);
      JwtSvid svid = authority.sign(WEB, List.of("db", "x"), FIVE_MINUTES, Map.of("jti", "1"));
      VerifiedJwtSvid verified = verify(svid);
      assertThat(verified.spiffeId()).isEqualTo(WEB);
      assertThat(verified.audience()).containsExactly("db", "x");
      assertThat(verified.expiresAt()).isEqualTo(START.plus(FIVE_MINUTES));
      assertThat(verified.claims())
          .containsOnlyKeys("sub", "aud", "iat", "exp", "jti")
          .containsEntry("jti", "1");
      String header = svid.token().substring(0, svid.token().indexOf('.'));
      String json = new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8);
      assertThat(json)
          .contains("\"kid\":\"" + authority.authorities().get(0).authorityId() + "\"")
          .contains("\"typ\":\"JWT\"");
    }
  }

  @Test
  void tokensAreCappedToTheirKey() {
    JwtAuthority authority = started(KeyType.EC_P256);
    clock.advance(Duration.ofHours(24).minusSeconds(90));
    assertThat(authority.sign(WEB, List.of("db"), FIVE_MINUTES, Map.of()).expiresAt())
        .isEqualTo(START.plus(Duration.ofHours(24)));
  }

  @Test
  void theNextKeyIsPublishedBeforeItSigns() {
    JwtAuthority authority = started(KeyType.EC_P256);
    clock.advance(Duration.ofHours(12).plusSeconds(1));
    authority.rotate();
    assertThat(authority.authorities()).hasSize(2);
    String next = authority.authorities().get(1).authorityId();
    assertThat(bundles.find(TD).orElseThrow().jwtBundle().authority(next)).isPresent();

    clock.advance(Duration.ofHours(8));
    authority.rotate();
    assertThat(authority.authorities().get(0).authorityId()).isEqualTo(next);
    assertThat(authority.authorities().get(1).state()).isEqualTo(State.OLD);
    verify(authority.sign(WEB, List.of("db"), FIVE_MINUTES, Map.of()));
  }

  @Test
  void signsForWorkloadsOfTheTrustDomainOnly() {
    JwtAuthority authority = started(KeyType.EC_P256);
    for (String id : List.of("spiffe://other/web", "spiffe://example.org")) {
      assertThatThrownBy(
              () -> authority.sign(SpiffeId.parse(id), List.of("db"), FIVE_MINUTES, Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
