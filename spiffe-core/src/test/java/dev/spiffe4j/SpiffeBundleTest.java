package dev.spiffe4j;

import static dev.spiffe4j.TestPki.OTHER;
import static dev.spiffe4j.TestPki.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("SpiffeBundle")
final class SpiffeBundleTest {
  private static final TestPki.Signer ROOT = TestPki.authority();
  private static final X509Bundle X509 = TestPki.bundle(TRUST_DOMAIN, ROOT);
  private static final JwtBundle JWT =
      JwtBundle.of(TRUST_DOMAIN, Map.of("a", ROOT.keys().getPublic()));
  private static final WitBundle WIT =
      WitBundle.of(TRUST_DOMAIN, Map.of("a", ROOT.keys().getPublic()));
  private static final SpiffeBundle EMPTY = SpiffeBundle.of(TRUST_DOMAIN);

  @Test
  @DisplayName("BND-03, BND-20 a bundle begins with its trust domain, and trusts nothing")
  void beginsEmpty() {
    assertThat(EMPTY.trustDomain()).isEqualTo(TRUST_DOMAIN);
    assertThat(EMPTY.x509Bundle().authorities()).isEmpty();
    assertThat(EMPTY.jwtBundle().authorities()).isEmpty();
    assertThat(EMPTY.witBundle().authorities()).isEmpty();
    assertThat(EMPTY.sequence()).isEmpty();
    assertThat(EMPTY.refreshHint()).isEmpty();
  }

  @Test
  @DisplayName("changes are new bundles")
  void makesChangedCopies() {
    SpiffeBundle full =
        EMPTY
            .withX509Bundle(X509)
            .withJwtBundle(JWT)
            .withWitBundle(WIT)
            .withSequence(7)
            .withRefreshHint(Duration.ofMinutes(10));
    assertThat(full.x509Bundle()).isEqualTo(X509);
    assertThat(full.jwtBundle()).isEqualTo(JWT);
    assertThat(full.witBundle()).isEqualTo(WIT);
    assertThat(full.sequence()).isEqualTo(OptionalLong.of(7));
    assertThat(full.refreshHint()).contains(Duration.ofMinutes(10));
    assertThat(full.withoutSequence().sequence()).isEmpty();
    assertThat(full.withoutRefreshHint().refreshHint()).isEmpty();
    assertThat(EMPTY).isEqualTo(SpiffeBundle.of(TRUST_DOMAIN));
  }

  @Test
  @DisplayName("BND-04, BND-28 authorities of another trust domain do not get in")
  void refusesOtherTrustDomains() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EMPTY.withX509Bundle(TestPki.bundle(OTHER, ROOT)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EMPTY.withJwtBundle(JwtBundle.of(OTHER, Map.of())));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EMPTY.withWitBundle(WitBundle.of(OTHER, Map.of())));
  }

  @Test
  @DisplayName("equality is of the trust domain, all authorities, sequence and hint")
  void comparesEverything() {
    SpiffeBundle full =
        EMPTY.withX509Bundle(X509).withSequence(1).withRefreshHint(Duration.ofSeconds(60));
    SpiffeBundle same =
        EMPTY
            .withRefreshHint(Duration.ofMinutes(1))
            .withSequence(1)
            .withX509Bundle(X509Bundle.of(TRUST_DOMAIN, X509.authorities()));
    assertThat(same).isEqualTo(full).hasSameHashCodeAs(full);
    for (SpiffeBundle other :
        List.of(
            EMPTY,
            SpiffeBundle.of(OTHER),
            full.withSequence(2),
            full.withoutSequence(),
            full.withRefreshHint(Duration.ofSeconds(61)),
            full.withoutRefreshHint(),
            full.withJwtBundle(JWT),
            full.withWitBundle(WIT),
            full.withX509Bundle(EMPTY.x509Bundle()))) {
      assertThat(other).isNotEqualTo(full);
    }
  }

  @Test
  @DisplayName("BND-11, BND-15, BND-46 sequences are not negative, hints are whole seconds")
  void refusesOutOfRange() {
    assertThat(EMPTY.withSequence(0).sequence()).hasValue(0);
    assertThat(EMPTY.withSequence(Long.MAX_VALUE).sequence()).hasValue(Long.MAX_VALUE);
    assertThatIllegalArgumentException().isThrownBy(() -> EMPTY.withSequence(-1));
    EMPTY.withRefreshHint(Duration.ofSeconds(1));
    for (Duration hint : List.of(Duration.ZERO, Duration.ofSeconds(-5), Duration.ofMillis(1500))) {
      assertThatIllegalArgumentException().isThrownBy(() -> EMPTY.withRefreshHint(hint));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,60",
    "59,60",
    "60,60",
    "300,300",
    "86400,86400",
    "86401,86400",
    "1000000000000,86400",
    "9223372036854775807,86400"
  })
  @DisplayName("BND-16, BND-47 the refresh interval is the hint, from a minute to a day")
  void limitsTheInterval(long hint, long interval) {
    assertThat(EMPTY.withRefreshHint(Duration.ofSeconds(hint)).refreshInterval())
        .isEqualTo(Duration.ofSeconds(interval));
  }

  @Test
  @DisplayName("BND-36 the refresh interval without a hint is five minutes")
  void hasADefaultInterval() {
    assertThat(EMPTY.refreshInterval()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  @DisplayName("BND-04 a source of bundles is a source of each kind, for its trust domains only")
  void isASourceOfEachKind() {
    SpiffeBundle full = EMPTY.withX509Bundle(X509).withJwtBundle(JWT).withWitBundle(WIT);
    BundleSource source =
        trustDomain -> trustDomain.equals(TRUST_DOMAIN) ? Optional.of(full) : Optional.empty();
    assertThat(source.x509Bundle(TRUST_DOMAIN)).contains(X509);
    assertThat(source.jwtBundle(TRUST_DOMAIN)).contains(JWT);
    assertThat(source.witBundle(TRUST_DOMAIN)).contains(WIT);
    assertThat(source.x509Bundle(OTHER)).isEmpty();
    assertThat(source.jwtBundle(OTHER)).isEmpty();
    assertThat(source.witBundle(OTHER)).isEmpty();
  }
}
