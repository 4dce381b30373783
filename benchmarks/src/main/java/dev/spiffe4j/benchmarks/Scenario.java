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
  @FunctionalInterface
  interface Report {
    /** For what is only there to warm up. */
    Report NONE = (figure, value) -> {};

    /** A figure by its kind, {@code nanos} or {@code bytes}, and its turn if there is one. */
    void add(String figure, double value);

    /** The CPU time of one operation. */
    default void nanos(double value) {
      add("nanos", value);
    }

    /** The time of one of those that take turns in this scenario. */
    default void nanos(String turn, double value) {
      add(BenchmarkName.turn("nanos", turn), value);
    }

    /** What one of something takes. */
    default void bytes(double value) {
      add("bytes", value);
    }

    /** The same of one of those that take turns. */
    default void bytes(String turn, double value) {
      add(BenchmarkName.turn("bytes", turn), value);
    }
  }

  /** A number of rounds, streams and the like, by how long something is to be measured. */
  static int size(int full, int quick) {
    return Effort.ofProcess().scaled(full, quick);
  }
}
