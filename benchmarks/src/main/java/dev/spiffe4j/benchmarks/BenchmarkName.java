package dev.spiffe4j.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The name of what is measured, in parts: {@code FanOut.spiffe4j(streams=10000)}, or {@code
 * X509ParseBenchmark.turns#javaSpiffe} for one of the things that a benchmark measures in turn.
 *
 * @param subject the class of a benchmark, or a scenario
 * @param variant the method, or which of those that are compared
 */
record BenchmarkName(String subject, String variant, Map<String, String> parameters) {
  private static final char TURN = '#';

  static BenchmarkName parse(String turnOrBenchmark) {
    String name = benchmark(turnOrBenchmark);
    int open = name.indexOf('(');
    String path = open < 0 ? name : name.substring(0, open);
    int dot = path.indexOf('.');
    if (dot < 0) {
      throw new IllegalArgumentException("benchmark: " + name);
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    if (open >= 0) {
      for (String one : name.substring(open + 1, name.length() - 1).split(",", -1)) {
        String[] parts = one.strip().split("=", 2);
        parameters.put(parts[0], parts[1]);
      }
    }
    return new BenchmarkName(path.substring(0, dot), path.substring(dot + 1), parameters);
  }

  /** What is to be run, to have the figure of that name. */
  static String benchmark(String name) {
    int turn = name.indexOf(TURN);
    return turn < 0 ? name : name.substring(0, turn);
  }

  /** The name of one of the things that a benchmark measures in turn. */
  static String turn(String benchmark, String label) {
    return benchmark + TURN + label;
  }

  String path() {
    return subject + "." + variant;
  }
}
