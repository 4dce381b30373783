package dev.spiffe4j.examples.demo;

/** A step of the demo did not do what it should. */
final class StepFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StepFailed(String message) {
    super(message);
  }

  static void unless(boolean condition, String message) {
    if (!condition) {
      throw new StepFailed(message);
    }
  }
}
