package dev.spiffe4j.benchmarks;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks in short forks that take turns, round by round, so that whatever else the machine
 * does in the meantime hits all of them alike.
 */
final class Measurement {
  private static final String PACKAGE = Measurement.class.getPackageName() + ".";

  private final Figures figures;
  private final Effort effort;
  private final PrintStream log;

  Measurement(Figures figures, Effort effort, PrintStream log) {
    this.figures = figures;
    this.effort = effort;
    this.log = log;
  }

  /** What measures, wherever the figures go. */
  @FunctionalInterface
  interface Of {
    Measurement into(Figures figures);
  }

  /** Each benchmark once. */
  void round(Collection<String> names, String... jvmArguments) {
    Set<String> benchmarks = new LinkedHashSet<>();
    names.forEach(name -> benchmarks.add(BenchmarkName.benchmark(name)));
    for (String benchmark : benchmarks) {
      try {
        BenchmarkName name = BenchmarkName.parse(benchmark);
        if (Scenario.ALL.containsKey(name.subject())) {
          runScenario(benchmark, jvmArguments);
        } else {
          run(benchmark, name, jvmArguments);
        }
      } catch (RunnerException | RuntimeException e) {
        // It has no figure now, and its gates fall short.
        log.println("gate: " + benchmark + " did not run: " + root(e));
      }
    }
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private void runScenario(String benchmark, String... jvmArguments) {
    List<String> options = new ArrayList<>(List.of("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"));
    options.addAll(effort.jvmOptions());
    options.addAll(List.of(jvmArguments));
    int found = 0;
    try (ChildJvm jvm = ChildJvm.start(options, ScenarioMain.class, benchmark)) {
      for (String line = jvm.lineOrEnd(); line != null; line = jvm.lineOrEnd()) {
        add(benchmark, line);
        found++;
      }
    }
    if (found == 0) {
      throw new IllegalStateException("no figure");
    }
  }

  private void add(String benchmark, String line) {
    String[] parts = line.split(" ", 2);
    String kind = BenchmarkName.benchmark(parts[0]);
    String figure = benchmark + parts[0].substring(kind.length());
    switch (kind) {
      case "nanos" -> figures.addNanos(figure, Double.parseDouble(parts[1]));
      case "bytes" -> figures.addBytes(figure, Double.parseDouble(parts[1]));
      default -> throw new IllegalStateException(line);
    }
  }

  private void run(String benchmark, BenchmarkName name, String... jvmArguments)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(PACKAGE + name.path()) + "$")
            .forks(effort == Effort.QUICK ? 0 : 1)
            .warmupIterations(effort.warmUps)
            .warmupTime(TimeValue.milliseconds(effort.warmUpMillis))
            .measurementIterations(effort.iterations)
            .measurementTime(TimeValue.milliseconds(effort.iterationMillis))
            .mode(org.openjdk.jmh.annotations.Mode.AverageTime)
            .timeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
            .shouldFailOnError(true)
            .jvmArgsPrepend(
                // Memory that is touched for the first time is the kernel's work, and not ours.
                "-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:-UsePerfData")
            .jvmArgsAppend(jvmArguments)
            .addProfiler(CpuTime.class)
            .addProfiler(GCProfiler.class);
    name.parameters().forEach((key, value) -> options.param(key, value));
    Collection<RunResult> results =
        new Runner(
                options.build(),
                OutputFormatFactory.createFormatInstance(
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                    VerboseMode.SILENT))
            .run();
    results.forEach(result -> add(benchmark, result));
  }

  private void add(String benchmark, RunResult result) {
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        if (!addTurns(benchmark, iteration)) {
          iteration
              .getSecondaryResults()
              .forEach((label, value) -> add(benchmark, label, value.getScore()));
        }
      }
    }
  }

  private void add(String benchmark, String label, double score) {
    if (label.endsWith(CpuTime.LABEL)) {
      figures.addNanos(benchmark, score);
    } else if (label.endsWith("gc.alloc.rate.norm")) {
      figures.addBytes(benchmark, score);
    }
  }

  /** Whether those that took turns were found: the sum of them means nothing. */
  private boolean addTurns(String benchmark, IterationResult iteration) {
    long operations = Math.max(1, iteration.getMetadata().getAllOps());
    boolean found = false;
    for (String turn : Turns.NAMES) {
      Result<?> nanos = iteration.getSecondaryResults().get(turn);
      if (nanos != null && nanos.getScore() > 0) {
        figures.addNanos(BenchmarkName.turn(benchmark, turn), nanos.getScore() / operations);
        found = true;
      }
    }
    return found;
  }
}
