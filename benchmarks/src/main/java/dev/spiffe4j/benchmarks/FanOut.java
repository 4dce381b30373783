package dev.spiffe4j.benchmarks;

import dev.spiffe4j.benchmarks.Scenario.Report;
import java.io.IOException;
import java.util.List;

/**
 * One update to many streams: the CPU time of the server for each of them. Our server and the bare
 * one are in one JVM and take turns, so that they share what its compiler has made of gRPC and
 * Netty.
 */
final class FanOut implements AutoCloseable {
  /** Of a turn: CPU time is counted in hundredths of a second. */
  private static final int UPDATES = 4;

  private final String variant;
  private final int streams;
  private final TemporarySocket socket = new TemporarySocket();
  private final StreamServer server;
  private final StreamClient client;

  private FanOut(String variant, int streams, int bytes) throws Exception {
    this.variant = variant;
    this.streams = streams;
    server = StreamServer.start(variant, socket.path().toString(), streams, bytes);
    client = StreamClient.start(socket.path().toString(), streams);
  }

  static void run(BenchmarkName name, Report report) throws Exception {
    int streams = Scenario.size(Integer.parseInt(name.parameters().get("streams")), 50);
    int warmUp = Scenario.size(8, 1);
    int rounds = Scenario.size(16, 1);
    try (FanOut ours = new FanOut("spiffe4j", streams, StreamServer.UPDATE_BYTES);
        FanOut bare = new FanOut("bare", streams, ours.client.messageBytes())) {
      for (int i = -warmUp; i < rounds; i++) {
        for (FanOut turn : List.of(ours, bare)) {
          turn.update(i < 0 ? Report.NONE : report);
        }
      }
    }
  }

  private void update(Report report) {
    long cpu = ProcessFigures.cpuNanos();
    long allocated = ProcessFigures.allocatedBytes();
    for (int i = 0; i < UPDATES; i++) {
      server.update();
      client.awaitUpdate();
    }
    double messages = (double) UPDATES * streams;
    report.nanos(variant, (ProcessFigures.cpuNanos() - cpu) / messages);
    report.bytes(variant, (ProcessFigures.allocatedBytes() - allocated) / messages);
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
    socket.close();
  }
}
