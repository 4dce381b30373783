package dev.spiffe4j.benchmarks;

import java.util.List;

/** The gates as lines of text. */
record GateTable(List<Gate> gates, Figures figures) {
  String text() {
    StringBuilder text = new StringBuilder();
    for (Gate gate : gates) {
      text.append(
          String.format(
              "%-6s %10s  (%s %s)  %s%n",
              gate.isMet(figures) ? "ok" : "SHORT",
              figure(gate),
              gate.isRatio() ? ">=" : "<=",
              trim(gate.limit()),
              gate.what()));
    }
    return text.toString();
  }

  private String figure(Gate gate) {
    double figure = gate.figure(figures);
    return gate.isRatio() ? String.format("%.2f", figure) : String.format("%.0f B", figure);
  }

  static String trim(double number) {
    return number == Math.rint(number) ? String.format("%.0f", number) : Double.toString(number);
  }
}
