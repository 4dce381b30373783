package dev.spiffe4j.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.testing.FakeWorkloadApi;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.testing.WorkloadApiFixture;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.X509Source;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

class WorkloadApiExtensionTest {
  @Nested
  @ExtendWith(WorkloadApiExtension.class)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class PerMethod {
    private final Set<WorkloadApiAddress> seen = new HashSet<>();

    @BeforeEach
    void prepare(WorkloadApiFixture spiffe) {
      spiffe.issue("/web");
    }

    @RepeatedTest(2)
    @DisplayName("each test has a Workload API of its own, in all its forms")
    void isItsOwn(
        WorkloadApiFixture spiffe,
        WorkloadApiAddress address,
        FakeWorkloadApi api,
        TestTrustDomain domain) {
      assertThat(seen.add(address)).isTrue();
      assertThat(spiffe.api()).isSameAs(api);
      assertThat(spiffe.trustDomain()).isSameAs(domain);
      try (X509Source source = X509Source.connect(address)) {
        assertThat(source.x509Svid().spiffeId()).isEqualTo(domain.id("/web"));
      }
    }

    @AfterAll
    void areGone() {
      assertThat(seen).hasSize(2);
      assertThat(seen).allMatch(address -> !address.socketPath().orElseThrow().toFile().exists());
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class PerClass {
    @RegisterExtension
    static final WorkloadApiExtension SPIFFE = WorkloadApiExtension.perClass("prod.example");

    private final Set<WorkloadApiAddress> seen = new HashSet<>();

    @RepeatedTest(2)
    @DisplayName("all tests of a class share one")
    void isShared(WorkloadApiAddress address, TestTrustDomain domain) {
      seen.add(address);
      assertThat(seen).hasSize(1);
      assertThat(domain.trustDomain().name()).isEqualTo("prod.example");
    }
  }

  @Test
  @DisplayName("a closed fixture leaves no socket")
  void closes() {
    WorkloadApiFixture fixture = WorkloadApiFixture.start("example.org");
    assertThat(fixture.address().socketPath().orElseThrow()).exists();
    fixture.close();
    fixture.close();
    assertThat(fixture.address().socketPath().orElseThrow().getParent()).doesNotExist();
  }
}
