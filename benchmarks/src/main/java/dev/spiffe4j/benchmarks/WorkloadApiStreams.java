package dev.spiffe4j.benchmarks;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.FakeWorkloadApi;
import dev.spiffe4j.testing.TestTrustDomain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our server of the Workload API. Each update is a new snapshot, to be serialized once. */
final class WorkloadApiStreams implements StreamServer {
  private final FakeWorkloadApi api;
  private final List<X509Bundle> bundles = new ArrayList<>();
  private final X509Svid svid;
  private final int streams;

  WorkloadApiStreams(String socket, int streams, int bytes) {
    this.streams = streams;
    TestTrustDomain domain = TestTrustDomain.of("example.org");
    svid = domain.issue("/ns/default/sa/web");
    bundles.addAll(domain.context(svid).bundles().values());
    int size = svid.encodedChain().length + bundles.get(0).encoded().length;
    for (int i = 0; size < bytes; i++) {
      X509Bundle foreign =
          X509Bundle.of(
              TrustDomain.parse("other-" + i + ".example.org"), bundles.get(0).authorities());
      bundles.add(foreign);
      size += foreign.encoded().length;
    }
    api = FakeWorkloadApi.start(Path.of(socket));
    update();
  }

  @Override
  public void update() {
    for (int i = 0; i < streams; i++) {
      Slowdown.apply();
    }
    api.update(X509Context.of(List.of(svid), bundles));
  }

  @Override
  public void close() {
    api.close();
  }
}
