package dev.spiffe4j.benchmarks;

import java.util.Map;

/** What is measured as a whole process, and not as a method: it has a JVM of its own. */
interface Scenario {
  /** All scenarios, by the name that they have in the gates. */
  Map<String, Scenario> ALL =
      Map.of(
          "FanOut", FanOut::run,
          "IdleStream", IdleStream::run,
          "Attestation", Attestation::run,
          "EngineHeap", EngineHeap::run,
          "FirstFetch", ClientProcess::firstFetch,
          "ColdStart", ClientProcess::coldStart,
          "SourceHeap", ClientProcess::sourceHeap,
          "ResolvedJars", ClientProcess::resolvedJars);

  /** Measures, and tells the figures as it goes. */
  void run(BenchmarkName name, Report report) throws Exception;

  /** Where a scenario tells what it has found. */
  interface Report {
    /** The CPU time of one operation. */
    void nanos(double value);

    /** The time of one of those that take turns in this scenario. */
    void nanos(String turn, double value);

    /** What one of something takes. */
    void bytes(double value);
  }

  /** A number of rounds, streams and the like, by how long something is to be measured. */
  static int size(int full, int quick) {
    return Effort.ofProcess().scaled(full, quick);
  }
}
