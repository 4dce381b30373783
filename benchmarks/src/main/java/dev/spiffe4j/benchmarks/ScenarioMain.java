package dev.spiffe4j.benchmarks;

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
        .run(name, (figure, value) -> System.out.println(figure + " " + value));
  }
}
