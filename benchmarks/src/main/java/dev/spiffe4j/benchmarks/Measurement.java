package dev.spiffe4j.benchmarks;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
  void round(Collection<String> benchmarks, String... jvmArguments) {
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
    switch (parts[0]) {
      case "nanos" -> figures.addNanos(benchmark, Double.parseDouble(parts[1]));
      case "bytes" -> figures.addBytes(benchmark, Double.parseDouble(parts[1]));
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
            .jvmArgsPrepend("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", "-XX:-UsePerfData")
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
        iteration.getSecondaryResults().forEach((label, value) -> add(benchmark, label, value));
      }
    }
  }

  private void add(String benchmark, String label, Result<?> value) {
    if (label.endsWith(CpuTime.LABEL)) {
      figures.addNanos(benchmark, value.getScore());
    } else if (label.endsWith("gc.alloc.rate.norm")) {
      figures.addBytes(benchmark, value.getScore());
    }
  }
}
