package dev.spiffe4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkloadApiFixtureTest {
  private WorkloadApiFixture spiffe;
  private WorkloadApiClient client;

  @BeforeEach
  void start() {
    spiffe = WorkloadApiFixture.start("example.org");
    client = WorkloadApiClient.connect(spiffe.address());
  }

  @AfterEach
  void stop() {
    client.close();
    spiffe.close();
  }

  private X509Context fetch() {
    return client.fetchX509Context();
  }

  private static void assertIs(X509Svid expected, X509Context context) {
    assertThat(context.x509Svid().chain()).isEqualTo(expected.chain());
  }

  @Test
  @DisplayName("identities are issued, rotated, expired and taken back")
  void issues() {
    assertThat(fetch().x509Svid().spiffeId()).isEqualTo(spiffe.trustDomain().id("/workload"));
    X509Svid web = spiffe.issue("/web", "/db");
    assertIs(web, fetch());
    assertThat(fetch().svids()).hasSize(2);
    X509Svid rotated = spiffe.rotate();
    assertThat(rotated.spiffeId()).isEqualTo(web.spiffeId());
    assertIs(rotated, fetch());
    assertThat(client.fetchJwtSvid("aud").spiffeId()).isEqualTo(web.spiffeId());
    X509Svid expired = spiffe.expire();
    assertThat(expired.expiresAt()).isBefore(spiffe.clock().instant());
    assertIs(expired, fetch());
    spiffe.withdraw();
    assertThatThrownBy(this::fetch)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_IDENTITY));
    assertIs(spiffe.issue("/web"), fetch());
    spiffe.restart();
    assertIs(spiffe.rotate(), WorkloadApiClient.connect(spiffe.address()).fetchX509Context());
  }

  @Test
  @DisplayName("an authority is rotated, with the old one in the bundle until it is dropped")
  void rotatesAuthority() {
    X509Certificate old = spiffe.trustDomain().authority();
    X509Svid rotated = spiffe.rotateAuthority();
    X509Certificate fresh = spiffe.trustDomain().authority();
    assertThat(rotated.leaf().getIssuerX500Principal()).isEqualTo(fresh.getSubjectX500Principal());
    assertThat(authorities(fetch())).containsExactlyInAnyOrder(old, fresh);
    spiffe.dropOldAuthorities();
    assertIs(rotated, fetch());
    assertThat(authorities(fetch())).containsExactly(fresh);
  }

  private List<X509Certificate> authorities(X509Context context) {
    return List.copyOf(
        context.x509Bundle(spiffe.trustDomain().trustDomain()).orElseThrow().authorities());
  }

  @Test
  @DisplayName("bundles of other trust domains come and go")
  void federates() {
    TestTrustDomain other = TestTrustDomain.of("other.test");
    spiffe.federate(other);
    assertThat(fetch().x509Bundle(other.trustDomain())).contains(other.bundle());
    spiffe.unfederate(other);
    assertThat(fetch().x509Bundle(other.trustDomain())).isEmpty();
  }
}
