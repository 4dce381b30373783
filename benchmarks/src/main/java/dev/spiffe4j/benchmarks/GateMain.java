package dev.spiffe4j.benchmarks;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Measures what the gates need in one run, and tells whether each of them is met. */
public final class GateMain {
  private record Document(List<Gate> gates, List<String> shown) {}

  private final GateOptions options;
  private final List<Gate> gates;
  private final Set<String> shown = new LinkedHashSet<>();
  private final PrintStream out = System.out;

  private GateMain(GateOptions options, Document document) {
    this.options = options;
    this.gates =
        document.gates().stream()
            .filter(gate -> options.wants(gate.suite(), gate.what()))
            .map(gate -> gate.on(Runtime.version().feature()))
            .toList();
    if (options.suite() == null && options.only() == null) {
      shown.addAll(document.shown());
    }
  }

  /**
   * Runs the gate; the exit code is 1 when a gate falls short, 2 for a mistake of the caller.
   *
   * @param arguments see {@code gate --help}
   */
  public static void main(String[] arguments) throws IOException {
    if (List.of(arguments).contains("--help")) {
      System.out.println(GateOptions.USAGE);
      return;
    }
    GateOptions options;
    try {
      options = GateOptions.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("gate: " + e.getMessage());
      System.err.println(GateOptions.USAGE);
      Runtime.getRuntime().exit(2);
      return;
    }
    Document document = new Gson().fromJson(Files.readString(options.gates()), Document.class);
    GateMain gate = new GateMain(options, document);
    if (gate.gates.isEmpty()) {
      System.err.println("gate: no such gate");
      Runtime.getRuntime().exit(2);
    }
    Runtime.getRuntime().exit(gate.run() ? 0 : 1);
  }

  private boolean run() throws IOException {
    Figures figures = measure(benchmarks());
    if (options.quick()) {
      boolean all = figures.benchmarks().containsAll(benchmarks());
      out.println(all ? "gate: each benchmark runs" : "gate: not each benchmark runs");
      return all;
    }
    out.print(new GateTable(gates, figures).text());
    if (options.selfTest()) {
      return new SelfTest(gates, figures, this::measurement, out).run();
    }
    if (options.results() != null) {
      new Results(gates, figures).write(options.results(), options.command());
    }
    long missed = gates.stream().filter(gate -> !gate.isMet(figures)).count();
    out.println("gate: " + (gates.size() - missed) + " met, " + missed + " fall short");
    return missed == 0;
  }

  private Collection<String> benchmarks() {
    Set<String> benchmarks = new LinkedHashSet<>();
    gates.forEach(gate -> benchmarks.addAll(gate.benchmarks()));
    if (!options.selfTest()) {
      benchmarks.addAll(shown);
    }
    return benchmarks;
  }

  private Figures measure(Collection<String> benchmarks) {
    Figures figures = new Figures();
    Measurement measurement = measurement(figures);
    int rounds = options.effort() == Effort.FULL ? options.rounds() : 1;
    for (int i = 1; i <= rounds; i++) {
      out.println("gate: round " + i + " of " + rounds + ", " + benchmarks.size() + " benchmarks");
      measurement.round(benchmarks);
    }
    return figures;
  }

  private Measurement measurement(Figures figures) {
    return new Measurement(figures, options.effort(), out);
  }
}
