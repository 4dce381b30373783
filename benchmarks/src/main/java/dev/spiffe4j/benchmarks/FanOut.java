package dev.spiffe4j.benchmarks;

import dev.spiffe4j.benchmarks.Scenario.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One update to many streams: the CPU time of the server for each of them. */
final class FanOut {
  private FanOut() {}

  static void run(BenchmarkName name, Report report) throws Exception {
    int streams = Scenario.size(Integer.parseInt(name.parameters().get("streams")), 50);
    int warmUp = Scenario.size(24, 1);
    int rounds = Scenario.size(12, 1);
    Path directory = Files.createTempDirectory("spiffe4j-benchmark");
    String socket = directory.resolve("s").toString();
    try (StreamServer server = StreamServer.start(name.variant(), socket, streams);
        ChildJvm client =
            ChildJvm.start(
                List.of("-Xmx512m", "-XX:+UseSerialGC"),
                StreamClient.class,
                socket,
                Integer.toString(streams))) {
      requireWhole(client.line());
      for (int i = -warmUp; i < rounds; i++) {
        long cpu = ProcessFigures.cpuNanos();
        long allocated = ProcessFigures.allocatedBytes();
        server.update();
        requireWhole(client.line());
        if (i >= 0) {
          report.nanos((double) (ProcessFigures.cpuNanos() - cpu) / streams);
          report.bytes((double) (ProcessFigures.allocatedBytes() - allocated) / streams);
        }
      }
    } finally {
      Files.deleteIfExists(directory.resolve("s"));
      Files.delete(directory);
    }
  }

  /** All streams have got a message, and it is of the size that is claimed. */
  static void requireWhole(String line) {
    int bytes = Integer.parseInt(line);
    if (bytes < StreamServer.UPDATE_BYTES || bytes > 2 * StreamServer.UPDATE_BYTES) {
      throw new IllegalStateException("update of " + bytes + " bytes");
    }
  }
}
