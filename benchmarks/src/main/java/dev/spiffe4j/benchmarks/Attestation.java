package dev.spiffe4j.benchmarks;

import dev.spiffe4j.benchmarks.Scenario.Report;
import java.nio.file.Path;
import java.util.List;

/**
 * What a caller costs an agent from its connection to its SVID: the kernel's credentials, the
 * attestor, the entries. The same for a server that asks nothing tells the transport's part.
 */
final class Attestation {
  private Attestation() {}

  static void run(BenchmarkName name, Report report) throws Exception {
    try (TemporarySocket socket = new TemporarySocket()) {
      AutoCloseable server = start(name, socket.path());
      try (ChildJvm client =
          ChildJvm.start(List.of(), CallerClient.class, socket.path().toString())) {
        measure(client, report);
      } finally {
        server.close();
      }
    }
  }

  private static void measure(ChildJvm client, Report report) {
    int count = Scenario.size(200, 2);
    int rounds = Scenario.size(9, 1);
    // The first ones warm up.
    for (int i = -rounds; i < rounds; i++) {
      long cpu = ProcessFigures.cpuNanos();
      long allocated = ProcessFigures.allocatedBytes();
      client.tell(Integer.toString(count));
      client.line();
      if (i >= 0) {
        report.nanos((double) (ProcessFigures.cpuNanos() - cpu) / count);
        report.bytes((double) (ProcessFigures.allocatedBytes() - allocated) / count);
      }
    }
  }

  private static AutoCloseable start(BenchmarkName name, Path socket) throws Exception {
    if (name.variant().equals("bare")) {
      return new BareStreams(socket.toString(), StreamServer.UPDATE_BYTES);
    }
    Engine engine = new Engine();
    engine.registerOthers(Scenario.size(Integer.parseInt(name.parameters().get("entries")), 5));
    engine.registerSelf();
    engine.startAgent(socket);
    return engine;
  }
}
