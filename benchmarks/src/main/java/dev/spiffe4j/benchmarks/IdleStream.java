package dev.spiffe4j.benchmarks;

import dev.spiffe4j.benchmarks.Scenario.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The heap that a server has for each stream on which nothing happens, connections included. */
final class IdleStream {
  private IdleStream() {}

  static void run(BenchmarkName name, Report report) throws Exception {
    int streams = Scenario.size(Integer.parseInt(name.parameters().get("streams")), 50);
    Path directory = Files.createTempDirectory("spiffe4j-benchmark");
    String socket = directory.resolve("s").toString();
    try (StreamServer server = StreamServer.start(name.variant(), socket, streams)) {
      // The first ones load classes and start threads.
      open(socket, Streams.PER_CONNECTION).close();
      long before = ProcessFigures.usedHeap();
      try (ChildJvm client = open(socket, streams)) {
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < streams && name.variant().equals("spiffe4j"); i++) {
          Slowdown.apply(kept);
        }
        server.update();
        FanOut.requireWhole(client.line());
        report.bytes((double) (ProcessFigures.usedHeap() - before) / streams);
        if (kept.size() > streams) {
          throw new AssertionError("more is kept than was asked for");
        }
      }
    } finally {
      Files.deleteIfExists(directory.resolve("s"));
      Files.delete(directory);
    }
  }

  private static ChildJvm open(String socket, int streams) {
    ChildJvm client =
        ChildJvm.start(
            List.of("-Xmx512m", "-XX:+UseSerialGC"),
            StreamClient.class,
            socket,
            Integer.toString(streams));
    FanOut.requireWhole(client.line());
    return client;
  }
}
