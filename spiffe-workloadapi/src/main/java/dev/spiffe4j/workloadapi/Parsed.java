package dev.spiffe4j.workloadapi;

import java.util.List;

/**
 * A message that was read.
 *
 * @param <T> what it is about
 * @param value what it says
 * @param problems what was left out of it, in words
 */
record Parsed<T>(T value, List<String> problems) {
  Parsed {
    problems = List.copyOf(problems);
  }

  static <T> Parsed<T> of(T value) {
    return new Parsed<>(value, List.of());
  }
}
