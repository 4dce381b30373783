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
    String plot = plot(file);
    StringBuilder text = new StringBuilder();
    text.append("# Results on JDK ")
        .append(Runtime.version().feature())
        .append("\n\nWritten by `")
        .append(command)
        .append("`; do not edit.\n\n");
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
    text.append("![ratios](").append(plot).append(")\n\n## Gates\n\n");
    text.append("| gate | limit | measured | |\n|---|---|---|---|\n");
    for (Gate gate : gates) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s |%n",
              gate.what(),
              gate.limitText(),
              gate.text(gate.figure(figures)),
              gate.isMet(figures) ? "met" : "**falls short**"));
    }
    text.append(
        "\n## Figures\n\n| benchmark | CPU time | quartiles | allocated, or size |\n|---|---|---|---|\n");
    figures.benchmarks().forEach(benchmark -> figure(text, benchmark));
    Files.writeString(file, text);
    Files.writeString(file.resolveSibling(plot), new Plot(gates, figures).svg());
  }

  /** One plot for each file: ratios-25.svg of RESULTS-25.md. */
  private static String plot(Path file) {
    return file.getFileName().toString().replace("RESULTS", "ratios").replaceAll("\\.md$", "")
        + ".svg";
  }

  private void figure(StringBuilder text, String benchmark) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %s to %s | %s |%n",
            benchmark,
            time(figures.nanos(benchmark)),
            time(figures.nanos(benchmark, 0.25)),
            time(figures.nanos(benchmark, 0.75)),
            bytes(figures.bytes(benchmark))));
  }

  private static String bytes(double bytes) {
    return Double.isFinite(bytes) ? String.format(Locale.ROOT, "%.0f B", bytes) : "–";
  }

  static String time(double nanos) {
    if (!Double.isFinite(nanos)) {
      return "–";
    }
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
