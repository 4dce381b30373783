package dev.spiffe4j.benchmarks;

import java.util.List;

/**
 * One demand of {@code gates.json}: how much faster one benchmark is than another of the same run,
 * or how few bytes it allocates.
 */
record Gate(String what, String suite, String of, String against, double atLeast, double atMost) {
  /** The names of the benchmarks that it needs. */
  List<String> benchmarks() {
    return isRatio() ? List.of(of, against) : List.of(of);
  }

  boolean isRatio() {
    return against != null;
  }

  double limit() {
    return isRatio() ? atLeast : atMost;
  }

  /** The figure that is compared with the limit. */
  double figure(Figures figures) {
    return isRatio() ? figures.nanos(against) / figures.nanos(of) : figures.bytes(of);
  }

  boolean isMet(Figures figures) {
    double figure = figure(figures);
    return isRatio() ? figure >= atLeast : figure <= atMost;
  }
}
