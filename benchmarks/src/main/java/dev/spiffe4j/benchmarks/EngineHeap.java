package dev.spiffe4j.benchmarks;

import dev.spiffe4j.benchmarks.Scenario.Report;
import java.nio.file.Path;

/** The heap of an entry in a server, and of an SVID with its key and entry in an agent. */
final class EngineHeap {
  private EngineHeap() {}

  static void run(BenchmarkName name, Report report) throws Exception {
    int count = Scenario.size(Integer.parseInt(name.parameters().get("count")), 10);
    try (TemporarySocket socket = new TemporarySocket()) {
      loadClasses(socket.path());
      report.bytes((double) measure(name.variant(), socket.path(), count) / count);
    }
  }

  private static void loadClasses(Path socket) {
    try (Engine engine = new Engine()) {
      engine.registerOthers(1);
      engine.startAgent(socket);
    }
  }

  private static long measure(String what, Path socket, int count) {
    try (Engine engine = new Engine()) {
      long before = ProcessFigures.usedHeap();
      engine.registerOthers(count);
      if (what.equals("svid")) {
        before = ProcessFigures.usedHeap();
        engine.startAgent(socket);
      }
      return ProcessFigures.usedHeap() - before;
    }
  }
}
