package dev.spiffe4j.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes our side of each gate worse than the gate allows: a gate that does not notice is blind. The
 * other side keeps the figures that it has.
 */
record SelfTest(List<Gate> gates, Figures figures, Measurement.Of measurement, PrintStream out) {
  /** So much worse than a gate allows is our side made. */
  private static final double BEYOND = 1.5;

  /** Whether each gate notices. */
  boolean run() {
    List<Gate> blind = new ArrayList<>();
    for (Gate gate : gates) {
      Figures slowed = new Figures();
      if (gate.isRatio() && !gate.isOfOneRun()) {
        slowed.take(gate.against(), figures);
      }
      measurement.into(slowed).round(List.of(gate.of()), gate.slowdown(figures, BEYOND));
      boolean caught = isCaught(gate, slowed);
      out.printf(
          "%-6s %s: %s before, %s worse (%s)%n",
          caught ? "caught" : "MISSED",
          gate.what(),
          gate.text(gate.figure(figures)),
          gate.text(gate.figure(slowed)),
          gate.limitText());
      if (!caught) {
        blind.add(gate);
      }
    }
    out.println(
        "gate: " + (gates.size() - blind.size()) + " can fail, " + blind.size() + " cannot");
    return blind.isEmpty();
  }

  /** A gate that falls short anyway has to see that it got worse. */
  private boolean isCaught(Gate gate, Figures slowed) {
    double before = gate.figure(figures);
    double after = gate.figure(slowed);
    return Double.isFinite(before)
        && Double.isFinite(after)
        && !gate.isMet(slowed)
        && gate.isWorse(after, before);
  }
}
