package dev.spiffe4j.benchmarks;

import dev.spiffe4j.benchmarks.Scenario.Report;
import java.util.ArrayList;
import java.util.List;

/** The heap that a server has for each stream on which nothing happens, connections included. */
final class IdleStream {
  private IdleStream() {}

  static void run(BenchmarkName name, Report report) throws Exception {
    int streams = Scenario.size(Integer.parseInt(name.parameters().get("streams")), 50);
    try (TemporarySocket temporary = new TemporarySocket();
        StreamServer server =
            StreamServer.start(
                name.variant(), temporary.path().toString(), streams, StreamServer.UPDATE_BYTES)) {
      String socket = temporary.path().toString();
      // The first ones load classes and start threads.
      StreamClient.start(socket, Streams.PER_CONNECTION).close();
      long before = ProcessFigures.usedHeap();
      try (StreamClient client = StreamClient.start(socket, streams)) {
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < streams && name.variant().equals("spiffe4j"); i++) {
          Slowdown.apply(kept);
        }
        server.update();
        client.awaitUpdate();
        report.bytes((double) (ProcessFigures.usedHeap() - before) / streams);
        if (kept.size() > streams) {
          throw new AssertionError("more is kept than was asked for");
        }
      }
    }
  }
}
