package dev.spiffe4j.benchmarks;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final boolean quick;
  private final PrintStream log;

  Measurement(Figures figures, boolean quick, PrintStream log) {
    this.figures = figures;
    this.quick = quick;
    this.log = log;
  }

  /** Each benchmark once. */
  void round(Collection<String> benchmarks, String... jvmArguments) {
    for (String benchmark : benchmarks) {
      try {
        run(benchmark, jvmArguments);
      } catch (RunnerException | RuntimeException e) {
        // It has no figure now, and its gates fall short.
        log.println("gate: " + benchmark + " did not run: " + e.getMessage());
      }
    }
  }

  private void run(String benchmark, String... jvmArguments) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(PACKAGE + method(benchmark)) + "$")
            .forks(quick ? 0 : 1)
            .warmupIterations(quick ? 0 : 6)
            .warmupTime(TimeValue.milliseconds(500))
            .measurementIterations(quick ? 1 : 5)
            .measurementTime(TimeValue.milliseconds(quick ? 1 : 300))
            .mode(org.openjdk.jmh.annotations.Mode.AverageTime)
            .timeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
            .shouldFailOnError(true)
            .jvmArgsPrepend("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", "-XX:-UsePerfData")
            .jvmArgsAppend(jvmArguments)
            .addProfiler(CpuTime.class)
            .addProfiler(GCProfiler.class);
    parameters(benchmark).forEach(one -> options.param(one[0], one[1]));
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

  /**
   * {@code X509VerifyBenchmark.freshLeaf} of {@code X509VerifyBenchmark.freshLeaf(provider=BC)}.
   */
  private static String method(String benchmark) {
    int open = benchmark.indexOf('(');
    return open < 0 ? benchmark : benchmark.substring(0, open);
  }

  private static List<String[]> parameters(String benchmark) {
    List<String[]> parameters = new ArrayList<>();
    int open = benchmark.indexOf('(');
    if (open >= 0) {
      String inside = benchmark.substring(open + 1, benchmark.length() - 1);
      Arrays.stream(inside.split(",")).forEach(one -> parameters.add(one.strip().split("=", 2)));
    }
    return parameters;
  }
}
