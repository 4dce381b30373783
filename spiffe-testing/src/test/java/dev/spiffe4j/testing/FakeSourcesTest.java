package dev.spiffe4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.JwtSource;
import dev.spiffe4j.workloadapi.WitSource;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.WorkloadBundleSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every kind of source against the fake. */
class FakeSourcesTest {
  private static final SpiffeId WEB = SpiffeId.parse("spiffe://example.org/web");
  private static final SpiffeId DB = SpiffeId.parse("spiffe://example.org/db");
  private static final TrustDomain DOMAIN = WEB.trustDomain();

  private FakeWorkloadApi api;

  @BeforeEach
  void start() {
    api = FakeWorkloadApi.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  @DisplayName("a token of a JWT source is verified with the bundles of a bundle source")
  void verifiesTokens() {
    api.update(TestTrustDomain.of("example.org").context());
    api.jwt(WEB);
    try (JwtSource source = JwtSource.connect(api.address());
        WorkloadBundleSource bundles = WorkloadBundleSource.connect(api.address())) {
      JwtSvid token = source.jwtSvid("them");
      JwtSvidVerifier verifier = JwtSvidVerifier.builder(bundles, "them").build();
      assertThat(verifier.verify(token.token()).spiffeId()).isEqualTo(WEB);
      JwtSvid other = source.jwtSvid("others");
      assertThatThrownBy(() -> verifier.verify(other.token()))
          .isInstanceOf(SvidVerificationException.class);
    }
  }

  @Test
  @DisplayName("WAPI-49: the WIT profile is there once it was told what to issue")
  void issuesWit() throws Exception {
    BlockingQueue<List<WitSvid>> told = new LinkedBlockingQueue<>();
    try (WorkloadApiClient client = WorkloadApiClient.connect(api.address())) {
      assertThatThrownBy(client::fetchWitSvids)
          .isInstanceOfSatisfying(
              WorkloadApiException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.UNIMPLEMENTED));
      api.wit(WEB, DB);
      assertThat(client.fetchWitSvid(DB).spiffeId()).isEqualTo(DB);
      try (WitSource source = WitSource.builder(client).connect()) {
        source.subscribe(told::add);
        List<WitSvid> first = told.poll(60, TimeUnit.SECONDS);
        assertThat(first).extracting(WitSvid::spiffeId).containsExactly(WEB, DB);
        assertThat(source.witBundle(DOMAIN)).isPresent();
        api.wit(WEB);
        assertThat(told.poll(60, TimeUnit.SECONDS)).hasSize(1);
        assertThat(source.witSvid().token()).isNotEqualTo(first.get(0).token());
        api.withdraw();
        assertThatThrownBy(client::fetchWitSvids)
            .isInstanceOfSatisfying(
                WorkloadApiException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.NO_IDENTITY));
      }
    }
  }
}
