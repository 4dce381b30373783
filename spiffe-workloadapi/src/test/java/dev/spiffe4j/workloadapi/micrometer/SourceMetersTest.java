package dev.spiffe4j.workloadapi.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.WorkloadBundleSource;
import dev.spiffe4j.workloadapi.X509Source;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Meters in a real registry, of sources that nobody serves. */
class SourceMetersTest {
  @TempDir Path directory;

  @Test
  @DisplayName("each source has its meters, told apart by a tag")
  void binds() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    WorkloadApiAddress address = WorkloadApiAddress.of(directory.resolve("none.sock"));
    try (X509Source x509 = X509Source.builder(address).start();
        WorkloadBundleSource bundles = WorkloadBundleSource.builder(address).start()) {
      SourceMeters.of(x509, "x509").bindTo(registry);
      SourceMeters.of(bundles, "bundles").bindTo(registry);
      assertThat(registry.getMeters()).hasSize(18);
      assertThat(registry.getMeters())
          .extracting(Meter::getId)
          .allSatisfy(id -> assertThat(id.getName()).startsWith("spiffe.source."));
      assertThat(registry.get("spiffe.source.ready").tag("source", "x509").gauge().value())
          .isZero();
      assertThat(registry.get("spiffe.source.svid.remaining").tag("source", "x509").gauge().value())
          .isNaN();
      assertThat(
              registry
                  .get("spiffe.source.updates")
                  .tag("source", "bundles")
                  .functionCounter()
                  .count())
          .isZero();
    }
  }
}
