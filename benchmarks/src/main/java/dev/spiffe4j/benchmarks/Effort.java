package dev.spiffe4j.benchmarks;

import java.util.List;

/** How long something is measured. */
enum Effort {
  /** As for a release. */
  FULL(6, 500, 5, 300),
  /** Enough to tell a half from a whole: for the self-test. */
  SHORT(3, 300, 3, 150),
  /** Once, without a fork, to see that it runs. */
  QUICK(0, 500, 1, 1);

  static final String PROPERTY = "spiffe4j.effort";

  /** A scenario's number in the short form is so much smaller. */
  private static final int SHORTER = 4;

  final int warmUps;
  final int warmUpMillis;
  final int iterations;
  final int iterationMillis;

  Effort(int warmUps, int warmUpMillis, int iterations, int iterationMillis) {
    this.warmUps = warmUps;
    this.warmUpMillis = warmUpMillis;
    this.iterations = iterations;
    this.iterationMillis = iterationMillis;
  }

  /** Options of JVMs that are started: where nothing is timed, the compiler need not try hard. */
  List<String> jvmOptions() {
    String effort = "-D" + PROPERTY + "=" + name();
    return this == QUICK ? List.of(effort, "-XX:TieredStopAtLevel=1") : List.of(effort);
  }

  /** That of this process, if it is one of a scenario. */
  static Effort ofProcess() {
    return valueOf(System.getProperty(PROPERTY, FULL.name()));
  }

  /** A scenario's number of rounds, streams and the like. */
  int scaled(int full, int quick) {
    return switch (this) {
      case FULL -> full;
      case SHORT -> full < SHORTER ? full : Math.max(quick, full / SHORTER);
      case QUICK -> quick;
    };
  }
}
