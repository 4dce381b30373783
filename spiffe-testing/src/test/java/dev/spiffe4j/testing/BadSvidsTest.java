package dev.spiffe4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each bad SVID is refused for exactly the reason that it says. */
class BadSvidsTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final X509SvidVerifier verifier = X509SvidVerifier.of(domain.context(), clock);
  private final JwtSvidVerifier jwtVerifier =
      JwtSvidVerifier.builder(
              trustDomain ->
                  Optional.of(domain.jwtBundle())
                      .filter(bundle -> bundle.trustDomain().equals(trustDomain)),
              "db")
          .clock(clock)
          .build();

  @ParameterizedTest
  @EnumSource
  void x509(BadX509Svid bad) {
    assertThat(verifier.verify(domain.issue("/web").chain()).spiffeId())
        .isEqualTo(domain.id("/web"));
    UncheckedSvid svid = bad.issue(domain, "/web");
    assertThatThrownBy(() -> verifier.verify(svid.chain()))
        .isInstanceOfSatisfying(
            SvidVerificationException.class, e -> assertThat(e.reason()).isEqualTo(bad.reason()));
  }

  @ParameterizedTest
  @EnumSource
  void jwt(BadJwtSvid bad) {
    String good = new RawToken(domain, "/web", "db").signed();
    assertThat(jwtVerifier.verify(good).spiffeId()).isEqualTo(domain.id("/web"));
    String token = bad.issue(domain, "/web", "db");
    assertThatThrownBy(() -> jwtVerifier.verify(token))
        .isInstanceOfSatisfying(
            SvidVerificationException.class, e -> assertThat(e.reason()).isEqualTo(bad.reason()));
  }

  @Test
  @DisplayName("a key of another leaf is refused by the owner, who alone sees it")
  void wrongKey() {
    UncheckedSvid good = domain.svid("/web").buildUnchecked();
    assertThat(X509Svid.of(good.privateKey(), good.chain()).spiffeId())
        .isEqualTo(domain.id("/web"));
    UncheckedSvid bad = good.withPrivateKey(domain.svid("/web").buildUnchecked().privateKey());
    assertThatThrownBy(() -> X509Svid.of(bad.privateKey(), bad.chain()))
        .isInstanceOfSatisfying(
            InvalidDocumentException.class,
            e -> assertThat(e.reason()).isEqualTo(InvalidDocumentException.Reason.KEY_MISMATCH));
  }
}
