package dev.spiffe4j.examples.demo;

import java.io.PrintStream;

/** What a person reads. */
final class Transcript {
  private final PrintStream out;
  private int step;

  Transcript(PrintStream out) {
    this.out = out;
  }

  void title(String text) {
    out.println();
    out.println(text);
    out.println("=".repeat(text.length()));
  }

  /** Begins a step. */
  void step(String text) {
    step++;
    out.println();
    out.printf("%2d. %s%n", step, text);
  }

  /** Something that happened. */
  void says(String text) {
    out.println("      " + text);
  }

  /** Something that the demo has verified itself. */
  void verified(String text) {
    out.println("    \u2713 " + text);
  }

  int steps() {
    return step;
  }
}
