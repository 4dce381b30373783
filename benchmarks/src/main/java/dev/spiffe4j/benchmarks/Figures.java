package dev.spiffe4j.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was measured, by the name of the benchmark. Not thread-safe. */
final class Figures {
  private final Map<String, List<Double>> nanos = new LinkedHashMap<>();
  private final Map<String, List<Double>> bytes = new LinkedHashMap<>();

  void addNanos(String benchmark, double value) {
    nanos.computeIfAbsent(benchmark, name -> new ArrayList<>()).add(value);
  }

  void addBytes(String benchmark, double value) {
    bytes.computeIfAbsent(benchmark, name -> new ArrayList<>()).add(value);
  }

  /** Takes over what another run has found of one. */
  void take(String benchmark, Figures other) {
    nanos.put(benchmark, other.nanos.getOrDefault(benchmark, List.of()));
    bytes.put(benchmark, other.bytes.getOrDefault(benchmark, List.of()));
  }

  List<String> benchmarks() {
    Set<String> all = new LinkedHashSet<>(nanos.keySet());
    all.addAll(bytes.keySet());
    return List.copyOf(all);
  }

  /** The median of the CPU time of one operation; NaN, which meets no demand, if there is none. */
  double nanos(String benchmark) {
    return quantile(nanos.get(benchmark), 0.5);
  }

  /** The first and the third quartile. */
  double nanos(String benchmark, double quantile) {
    return quantile(nanos.get(benchmark), quantile);
  }

  double bytes(String benchmark) {
    return quantile(bytes.get(benchmark), 0.5);
  }

  private static double quantile(List<Double> values, double quantile) {
    if (values == null || values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    double place = quantile * (sorted.size() - 1);
    int below = (int) place;
    double above = sorted.get(Math.min(below + 1, sorted.size() - 1));
    return sorted.get(below) + (place - below) * (above - sorted.get(below));
  }
}
