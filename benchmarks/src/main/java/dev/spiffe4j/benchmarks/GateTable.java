package dev.spiffe4j.benchmarks;

import java.util.List;
import java.util.Locale;

/** The gates as lines of text. */
record GateTable(List<Gate> gates, Figures figures) {
  String text() {
    StringBuilder text = new StringBuilder();
    for (Gate gate : gates) {
      text.append(
          String.format(
              "%-6s %10s  (%s)  %s%n",
              gate.isMet(figures) ? "ok" : "SHORT",
              gate.text(gate.figure(figures)),
              gate.limitText(),
              gate.what()));
    }
    return text.toString();
  }

  static String number(double figure) {
    return String.format(Locale.ROOT, "%.2f", figure);
  }

  static String trim(double number) {
    return number == Math.rint(number) ? String.format("%.0f", number) : Double.toString(number);
  }
}
