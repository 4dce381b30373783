package dev.spiffe4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestTrustDomainTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00.5Z");
  private static final Instant NOW_SECONDS = Instant.parse("2030-01-01T00:00:00Z");

  private final MutableInstantSource clock = MutableInstantSource.of(NOW);
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();

  private VerifiedPeer verify(List<X509Certificate> chain) {
    return X509SvidVerifier.of(domain.context(), clock).verify(chain);
  }

  private void assertRefused(TestSvidBuilder svid, Reason reason) {
    List<X509Certificate> chain = svid.buildUnchecked().chain();
    assertThatThrownBy(() -> verify(chain))
        .isInstanceOfSatisfying(
            SpiffeException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void issuesWhatTheVerifierAccepts() {
    X509Svid svid = domain.issue("/web");

    assertThat(verify(svid.chain()).spiffeId())
        .isEqualTo(SpiffeId.parse("spiffe://example.org/web"));
    assertThat(svid.chain()).hasSize(1);
    assertThat(svid.notBefore()).isEqualTo(NOW_SECONDS.minusSeconds(10));
    assertThat(svid.expiresAt()).isEqualTo(NOW_SECONDS.plus(Duration.ofHours(1)));
  }

  @ParameterizedTest
  @EnumSource(value = KeyType.class, names = "RSA_1024", mode = EnumSource.Mode.EXCLUDE)
  void issuesKeysOfEveryKind(KeyType keyType) {
    X509Svid svid = domain.svid("/web").keyType(keyType).build();

    assertThat(verify(svid.chain()).spiffeId().path()).isEqualTo("/web");
  }

  @Test
  void issuesUnderAnAuthorityOfAnotherKeyType() {
    TestTrustDomain other =
        TestTrustDomain.builder("example.org")
            .clock(() -> NOW_SECONDS)
            .authorityKeyType(KeyType.ML_DSA_65)
            .build();
    X509SvidVerifier verifier =
        X509SvidVerifier.builder(trustDomain -> Optional.of(other.bundle()))
            .clock(() -> NOW_SECONDS)
            .signatureProvider(KeyType.ML_DSA_65.provider().orElseThrow())
            .build();
    for (KeyType keyType : new KeyType[] {KeyType.P256, KeyType.ML_DSA_65}) {
      X509Svid svid = other.svid("/web").keyType(keyType).intermediates(1).build();

      assertThat(verifier.verify(svid.chain()).spiffeId()).isEqualTo(svid.spiffeId());
    }
  }

  @Test
  void obeysTheOptions() throws Exception {
    X509Svid svid =
        domain
            .svid("/web")
            .notBefore(NOW_SECONDS.minusSeconds(1))
            .lifetime(Duration.ofMinutes(5))
            .dnsNames("web.example.org", "web")
            .intermediates(2)
            .hint("internal")
            .build();

    assertThat(verify(svid.chain()).chain()).isEqualTo(svid.chain()).hasSize(3);
    assertThat(svid.notBefore()).isEqualTo(NOW_SECONDS.minusSeconds(1));
    assertThat(svid.expiresAt()).isEqualTo(NOW_SECONDS.plus(Duration.ofMinutes(5)));
    assertThat(svid.hint()).contains("internal");
    assertThat(svid.leaf().getSubjectX500Principal().getName()).contains("CN=web.example.org");
    assertThat(svid.leaf().getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .containsExactly("spiffe://example.org/web", "web.example.org", "web");
  }

  @Test
  @DisplayName("X509-21 X509-22 X509-24 X509-26 X509-28: a leaf has the form of SPIRE's")
  void leafProfile() throws Exception {
    X509Certificate leaf = domain.issue("/web").leaf();

    assertThat(leaf.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(leaf.getNonCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.14", "2.5.29.17", "2.5.29.35", "2.5.29.37");
    assertThat(leaf.getKeyUsage()).startsWith(true, false, true, false, true, false, false);
    assertThat(leaf.getExtendedKeyUsage()).contains("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(leaf.getSerialNumber().signum()).isPositive();
    assertThat(leaf.getSerialNumber().toByteArray()).hasSizeLessThanOrEqualTo(16);
    assertThat(domain.issue("/web").leaf().getSerialNumber()).isNotEqualTo(leaf.getSerialNumber());
  }

  @Test
  @DisplayName("X509-10 X509-11 X509-17 X509-23: an authority has the form of SPIRE's")
  void authorityProfile() throws Exception {
    X509Certificate authority = domain.authority();

    assertThat(authority.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(authority.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
    assertThat(authority.getKeyUsage()).startsWith(false, false, false, false, false, true, true);
    assertThat(authority.getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .containsExactly("spiffe://example.org");
  }

  @Test
  void keepsAnOldAuthorityUntilItIsDropped() {
    X509Svid before = domain.issue("/web");
    X509Certificate first = domain.authority();

    domain.rotateAuthority();
    assertThat(domain.bundle().authorities()).containsExactly(first, domain.authority());
    verify(before.chain());
    verify(domain.issue("/web").chain());

    domain.dropOldAuthorities();
    assertThat(domain.bundle())
        .isEqualTo(X509Bundle.of(domain.trustDomain(), List.of(domain.authority())));
    verify(domain.issue("/web").chain());
    assertThatThrownBy(() -> verify(before.chain()))
        .isInstanceOfSatisfying(
            SpiffeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNTRUSTED_CHAIN));
  }

  @Test
  void noSvidOutlivesItsAuthorityUnlessAsked() {
    TestTrustDomain shortLived =
        TestTrustDomain.builder("example.org")
            .clock(clock)
            .authorityLifetime(Duration.ofMinutes(10))
            .build();

    assertThat(shortLived.issue("/web").expiresAt())
        .isEqualTo(shortLived.authority().getNotAfter().toInstant());
  }

  @Test
  void badOnesAreRefusedEachForItsOwnReason() {
    verify(domain.svid("/web").buildUnchecked().chain());

    assertRefused(domain.svid("/web").notAfter(NOW_SECONDS.minusSeconds(1)), Reason.EXPIRED);
    assertRefused(domain.svid("/web").notBefore(NOW_SECONDS.plusSeconds(1)), Reason.NOT_YET_VALID);
    assertRefused(domain.svid("/web").certificateAuthority(), Reason.BAD_PROFILE);
    assertRefused(domain.svid("/web").keyCertSign(), Reason.BAD_PROFILE);
    assertRefused(
        domain.svid("/web").uris("spiffe://example.org/web", "spiffe://example.org/web"),
        Reason.BAD_SPIFFE_ID);
    assertRefused(domain.svid("/web").uris(), Reason.BAD_SPIFFE_ID);
    assertRefused(domain.svid("/web").keyType(KeyType.RSA_1024), Reason.WEAK_KEY);
    assertRefused(
        TestTrustDomain.builder("other.org").clock(clock).build().svid(domain.id("/web")),
        Reason.UNTRUSTED_CHAIN);
  }

  @Test
  void aBadOneIsNoX509Svid() {
    TestSvidBuilder bad = domain.svid("/web").certificateAuthority();

    assertThatThrownBy(bad::build).isInstanceOf(InvalidDocumentException.class);
  }

  @Test
  void issuesJwtSvidsThatItsBundleVerifiesUntilTheirKeyIsDropped() {
    JwtSvid before = domain.issueJwt("/web", "billing", "ledger");
    JwtSvidVerifier verifier =
        JwtSvidVerifier.builder(trustDomain -> Optional.of(domain.jwtBundle()), "ledger")
            .clock(clock)
            .build();

    assertThat(verifier.verify(before.token()).spiffeId()).isEqualTo(domain.id("/web"));
    assertThat(verifier.verify(before.token()).expiresAt())
        .isEqualTo(NOW_SECONDS.plus(Duration.ofMinutes(5)));

    domain.rotateAuthority();
    verifier.verify(before.token());
    verifier.verify(domain.issueJwt("/web", "ledger").token());

    domain.dropOldAuthorities();
    verifier.verify(domain.issueJwt("/web", "ledger").token());
    assertThatThrownBy(() -> verifier.verify(before.token()))
        .isInstanceOfSatisfying(
            SpiffeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_KEY));
  }
}
