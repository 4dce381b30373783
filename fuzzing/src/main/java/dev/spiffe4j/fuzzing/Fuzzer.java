package dev.spiffe4j.fuzzing;

/** Where Jazzer enters; the first argument names the {@link Target}. */
public final class Fuzzer {
  private static volatile Target target = Target.SPIFFE_ID;

  private Fuzzer() {}

  /**
   * Called once by Jazzer.
   *
   * @param arguments the name of the target
   */
  public static void fuzzerInitialize(String[] arguments) {
    target = Target.valueOf(arguments[0]);
  }

  /**
   * Called by Jazzer for each input.
   *
   * @param data the input
   */
  public static void fuzzerTestOneInput(byte[] data) {
    target.accepts(data);
  }
}
