package dev.spiffe4j.benchmarks;

import dev.spiffe4j.benchmarks.Scenario.Report;

/** The JVM of a scenario. What it has found goes to its standard output, a figure a line. */
public final class ScenarioMain {
  private ScenarioMain() {}

  /**
   * Runs a scenario.
   *
   * @param arguments its name
   */
  public static void main(String[] arguments) {
    try {
      run(BenchmarkName.parse(arguments[0]));
    } catch (Exception | LinkageError e) {
      System.out.println("failed " + e);
    }
    System.out.flush();
    // Whatever still runs.
    Runtime.getRuntime().exit(0);
  }

  private static void run(BenchmarkName name) throws Exception {
    Scenario.ALL
        .get(name.subject())
        .run(
            name,
            new Report() {
              @Override
              public void nanos(double value) {
                System.out.println("nanos " + value);
              }

              @Override
              public void nanos(String turn, double value) {
                System.out.println(BenchmarkName.turn("nanos", turn) + " " + value);
              }

              @Override
              public void bytes(double value) {
                System.out.println("bytes " + value);
              }
            });
  }
}
