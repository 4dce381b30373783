package dev.spiffe4j.benchmarks;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Measures what the gates need in one run, and tells whether each of them is met. */
public final class GateMain {
  /** So much worse than a gate allows is our side made by the self-test. */
  private static final double BEYOND = 1.5;

  private record Document(List<Gate> gates, List<String> shown) {}

  private final GateOptions options;
  private final List<Gate> gates;
  private final Set<String> shown = new LinkedHashSet<>();
  private final PrintStream out = System.out;

  private GateMain(GateOptions options, Document document) {
    this.options = options;
    this.gates =
        document.gates().stream().filter(gate -> options.wants(gate.suite(), gate.what())).toList();
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
      return selfTest(figures);
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
    benchmarks.addAll(shown);
    return benchmarks;
  }

  private Figures measure(Collection<String> benchmarks) {
    Figures figures = new Figures();
    Measurement measurement = new Measurement(figures, options.quick(), out);
    int rounds = options.quick() ? 1 : options.rounds();
    for (int i = 1; i <= rounds; i++) {
      out.println("gate: round " + i + " of " + rounds + ", " + benchmarks.size() + " benchmarks");
      measurement.round(benchmarks);
    }
    return figures;
  }

  /** Slows our side of each gate to just beyond what it allows: each gate has to fall short. */
  private boolean selfTest(Figures figures) {
    List<String> blind = new ArrayList<>();
    for (Gate gate : gates) {
      Figures slowed = new Figures();
      Measurement measurement = new Measurement(slowed, false, out);
      measurement.round(gate.benchmarks().subList(0, 1), slowdown(gate, figures));
      if (gate.isRatio()) {
        measurement.round(gate.benchmarks().subList(1, 2));
      }
      boolean caught = !gate.isMet(slowed) && Double.isFinite(gate.figure(slowed));
      out.printf(
          "%-9s %s: %.3g before, %.3g slowed (limit %.3g)%n",
          caught ? "caught" : "MISSED",
          gate.what(),
          gate.figure(figures),
          gate.figure(slowed),
          gate.limit());
      if (!caught) {
        blind.add(gate.what());
      }
    }
    out.println(
        "gate: " + (gates.size() - blind.size()) + " can fail, " + blind.size() + " cannot");
    return blind.isEmpty();
  }

  private static String slowdown(Gate gate, Figures figures) {
    if (!gate.isRatio()) {
      return "-Dspiffe4j.slowdown.bytes=" + (int) (gate.atMost() * BEYOND);
    }
    double allowed = figures.nanos(gate.against()) / gate.atLeast();
    double more = Math.max(0, allowed * BEYOND - figures.nanos(gate.of())) + allowed * 0.2;
    // A step is a multiplication and an addition that wait for each other: above a nanosecond.
    return "-Dspiffe4j.slowdown.steps=" + Math.max(1, Math.round(more));
  }
}
