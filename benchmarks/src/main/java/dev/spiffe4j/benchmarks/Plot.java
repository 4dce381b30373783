package dev.spiffe4j.benchmarks;

import java.util.List;
import java.util.Locale;

/** The ratios of a run as bars, on a logarithmic scale, each with the mark it has to reach. */
record Plot(List<Gate> gates, Figures figures) {
  private static final int LABELS = 560;
  private static final int BARS = 520;
  private static final int LINE = 22;
  private static final int TOP = 50;
  private static final double LOWEST = 0.1;
  private static final double HIGHEST = 1000;

  String svg() {
    List<Gate> ratios = gates.stream().filter(gate -> !gate.isOfSize()).toList();
    int height = TOP + ratios.size() * LINE + 30;
    int width = LABELS + BARS + 90;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
                + " font-family='sans-serif' font-size='12'>%n",
            width,
            height,
            width,
            height));
    svg.append(
        String.format(Locale.ROOT, "<rect width='%d' height='%d' fill='white'/>%n", width, height));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x='10' y='20' font-size='15'>How many times faster, and what a release must reach"
                + " (black mark)</text>%n"));
    for (double tick = LOWEST; tick <= HIGHEST * 1.01; tick *= 10) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1='%1$.1f' y1='%2$d' x2='%1$.1f' y2='%3$d' stroke='#ddd'/>"
                  + "<text x='%1$.1f' y='%4$d' text-anchor='middle' fill='#666'>%5$s</text>%n",
              x(tick),
              TOP - 4,
              height - 20,
              TOP - 8,
              String.format(Locale.ROOT, "%.3g", tick).replaceAll("\\.?0+$", "") + "×"));
    }
    for (int i = 0; i < ratios.size(); i++) {
      bar(svg, ratios.get(i), TOP + i * LINE);
    }
    return svg.append("</svg>\n").toString();
  }

  private void bar(StringBuilder svg, Gate gate, int y) {
    double ratio = gate.figure(figures);
    if (!Double.isFinite(ratio)) {
      return;
    }
    double from = Math.min(x(1), x(ratio));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x='%d' y='%d' text-anchor='end'>%s</text>%n",
            LABELS - 8,
            y + 14,
            gate.what().replace("&", "&amp;").replace("<", "&lt;")));
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x='%.1f' y='%d' width='%.1f' height='14' fill='%s'/>%n",
            from,
            y + 3,
            Math.abs(x(ratio) - x(1)),
            gate.isMet(figures) ? "#4a90a4" : "#c0504d"));
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1='%1$.1f' y1='%2$d' x2='%1$.1f' y2='%3$d' stroke='black' stroke-width='2'/>%n",
            x(gate.atLeast()),
            y + 1,
            y + 19));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x='%.1f' y='%d'>%.2f</text>%n",
            Math.max(x(ratio), Math.max(x(1), x(gate.atLeast()))) + 6,
            y + 14,
            ratio));
  }

  private static double x(double ratio) {
    double share =
        Math.log(Math.min(HIGHEST, Math.max(LOWEST, ratio)) / LOWEST) / Math.log(HIGHEST / LOWEST);
    return LABELS + share * BARS;
  }
}
