package dev.spiffe4j.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * One demand of {@code gates.json}: how much faster, or smaller, one benchmark is than another of
 * the same run, or how few bytes it takes by itself.
 *
 * @param against null where a size is compared with a number
 * @param unit {@code bytes} where sizes are compared; null for times
 * @param atLeast of the time of the other as a multiple of ours; 0 if there is no such limit
 * @param atMost of our size, in bytes or as a multiple of the other's
 * @param atLeastFrom what {@code atLeast} is instead from a version of the JDK on, whose own
 *     cryptography is faster; null if it is the same on each
 */
record Gate(
    String what,
    String suite,
    String of,
    String against,
    String unit,
    double atLeast,
    double atMost,
    Map<Integer, Double> atLeastFrom) {
  /** The gate as it is on a version of the JDK. */
  Gate on(int feature) {
    if (atLeastFrom == null) {
      return this;
    }
    double limit =
        atLeastFrom.entrySet().stream()
            .filter(from -> from.getKey() <= feature)
            .max(Map.Entry.comparingByKey())
            .map(Map.Entry::getValue)
            .orElse(atLeast);
    return new Gate(what, suite, of, against, unit, limit, atMost, null);
  }

  /** The names of the benchmarks that it needs. */
  List<String> benchmarks() {
    return isRatio() ? List.of(of, against) : List.of(of);
  }

  boolean isRatio() {
    return against != null;
  }

  /** Whether both take turns in one benchmark. */
  boolean isOfOneRun() {
    return isRatio() && BenchmarkName.benchmark(of).equals(BenchmarkName.benchmark(against));
  }

  /** Whether sizes count, and not times. */
  boolean isOfSize() {
    return !isRatio() || "bytes".equals(unit);
  }

  double limit() {
    return isOfSize() ? atMost : atLeast;
  }

  /** The figure that is compared with the limit. */
  double figure(Figures figures) {
    if (!isRatio()) {
      return figures.bytes(of);
    }
    return isOfSize()
        ? figures.bytes(of) / figures.bytes(against)
        : figures.nanos(against) / figures.nanos(of);
  }

  boolean isMet(Figures figures) {
    double figure = figure(figures);
    return isOfSize() ? figure <= atMost : figure >= atLeast;
  }

  /** Whether one figure is further from being met than another. */
  boolean isWorse(double figure, double than) {
    return isOfSize() ? figure > than : figure < than;
  }

  /**
   * The option of a JVM in which our side is at least {@code beyond} times worse than is allowed.
   *
   * @param figures of a run without that
   */
  String slowdown(Figures figures, double beyond) {
    if (isOfSize()) {
      double allowed = isRatio() ? atMost * figures.bytes(against) : atMost;
      return "-Dspiffe4j.slowdown.bytes=" + (long) Math.ceil(allowed * beyond);
    }
    // On top of its own time, of which a short run tells little. A step is a multiplication and an
    // addition that wait for each other: above a nanosecond.
    double more = figures.nanos(against) / atLeast * beyond;
    return "-Dspiffe4j.slowdown.steps=" + Math.max(1, Math.round(more));
  }

  /** A figure or the limit with its unit. */
  String text(double figure) {
    return isRatio() ? GateTable.number(figure) : String.format("%.0f B", figure);
  }

  String limitText() {
    return (isOfSize() ? "≤ " : "≥ ") + GateTable.trim(limit()) + (isRatio() ? "" : " B");
  }
}
