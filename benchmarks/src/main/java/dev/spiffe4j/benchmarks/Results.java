package dev.spiffe4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** Writes what a run has measured for people to read. */
record Results(List<Gate> gates, Figures figures) {
  void write(Path file, String command) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("# Results\n\nWritten by `").append(command).append("`; do not edit.\n\n");
    text.append("| | |\n|---|---|\n");
    row(text, "date", LocalDate.now(ZoneOffset.UTC).toString());
    row(text, "machine", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " CPUs seen");
    row(
        text,
        "system",
        property("os.name") + " " + property("os.version") + " " + property("os.arch"));
    row(text, "JDK", property("java.vm.name") + " " + property("java.runtime.version"));
    text.append(
        "\nOther builds may run on the machine: times are CPU time of the measuring thread, medians"
            + " with quartiles.\nThey tell nothing about another machine; the ratios do.\n\n");
    text.append("![ratios](ratios.svg)\n\n## Gates\n\n");
    text.append("| gate | limit | measured | |\n|---|---|---|---|\n");
    for (Gate gate : gates) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s %s | %s | %s |%n",
              gate.what(),
              gate.isRatio() ? "≥" : "≤",
              GateTable.trim(gate.limit()) + (gate.isRatio() ? "" : " B"),
              String.format(Locale.ROOT, gate.isRatio() ? "%.2f" : "%.0f B", gate.figure(figures)),
              gate.isMet(figures) ? "met" : "**falls short**"));
    }
    text.append(
        "\n## Figures\n\n| benchmark | CPU time | quartiles | allocated |\n|---|---|---|---|\n");
    figures.benchmarks().forEach(benchmark -> figure(text, benchmark));
    Files.writeString(file, text);
    Files.writeString(file.resolveSibling("ratios.svg"), new Plot(gates, figures).svg());
  }

  private void figure(StringBuilder text, String benchmark) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %s to %s | %.0f B |%n",
            benchmark,
            time(figures.nanos(benchmark)),
            time(figures.nanos(benchmark, 0.25)),
            time(figures.nanos(benchmark, 0.75)),
            figures.bytes(benchmark)));
  }

  static String time(double nanos) {
    if (nanos < 1_000) {
      return String.format(Locale.ROOT, "%.1f ns", nanos);
    }
    return nanos < 1_000_000
        ? String.format(Locale.ROOT, "%.2f µs", nanos / 1_000)
        : String.format(Locale.ROOT, "%.2f ms", nanos / 1_000_000);
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private static String property(String name) {
    return System.getProperty(name, "?");
  }

  private static String cpu() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return "?";
    }
    return Files.readAllLines(info).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("?");
  }
}
