package dev.spiffe4j.benchmarks;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** The options of {@code benchmarks/gate}. */
record GateOptions(
    Path gates,
    String suite,
    String only,
    int rounds,
    boolean quick,
    boolean selfTest,
    Path results,
    String command) {
  static final String USAGE =
      """
      usage: gate [--suite NAME] [--only TEXT] [--rounds N] [--quick] [--self-test] [--results FILE]
        --suite NAME    only the gates of one suite: id, x509, jwt, jwks, tls,
                        engine, api, client
        --only TEXT     only the gates whose name has that text in it
        --rounds N      how often each benchmark has a fork (3)
        --quick         each benchmark once, nothing timed: shows that they run
        --self-test     slows our side of each gate, and fails if the gate does not notice
        --results FILE  writes the figures there as Markdown, and the plot beside it: RESULTS-25.md
                        has ratios-25.svg""";

  static GateOptions parse(List<String> arguments) {
    Path gates = Path.of("gates.json");
    String suite = null;
    String only = null;
    int rounds = 3;
    boolean quick = false;
    boolean selfTest = false;
    Path results = null;
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--gates" -> gates = Path.of(value(option, rest));
        case "--suite" -> suite = value(option, rest);
        case "--only" -> only = value(option, rest);
        case "--rounds" -> rounds = Integer.parseInt(value(option, rest));
        case "--quick" -> quick = true;
        case "--self-test" -> selfTest = true;
        case "--results" -> results = Path.of(value(option, rest));
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    return new GateOptions(
        gates,
        suite,
        only,
        rounds,
        quick,
        selfTest,
        results,
        "benchmarks/gate " + String.join(" ", arguments));
  }

  Effort effort() {
    if (quick) {
      return Effort.QUICK;
    }
    return selfTest ? Effort.SHORT : Effort.FULL;
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.next();
  }

  boolean wants(String gateSuite, String what) {
    return (suite == null || suite.equals(gateSuite)) && (only == null || what.contains(only));
  }
}
