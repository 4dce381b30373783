package dev.spiffe4j.benchmarks;

import dev.spiffe4j.benchmarks.Scenario.Report;
import dev.spiffe4j.testing.FakeWorkloadApi;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Clients of both projects in JVMs of their own, each with the class path that its user gets. */
final class ClientProcess {
  private static final String CLIENT = "dev.spiffe4j.benchmarks.client.Client";
  private static final String BARE = "dev.spiffe4j.benchmarks.client.Bare";

  private ClientProcess() {}

  /** From the start of a JVM to its first SVID, in CPU time and by the clock on the wall. */
  static void coldStart(BenchmarkName name, Report report) {
    try (FakeWorkloadApi api = api()) {
      int runs = Scenario.size(12, 1);
      // The first run has the files read.
      for (int i = Scenario.size(-1, 0); i < runs; i++) {
        for (String variant : List.of("spiffe4j", "javaSpiffe", "bare")) {
          coldStart(variant, api, i < 0 ? Report.NONE : report);
        }
      }
    }
  }

  private static void coldStart(String variant, FakeWorkloadApi api, Report report) {
    long start = System.nanoTime();
    try (ChildJvm client = client(variant, "first", api, 1)) {
      if (!client.line().startsWith("spiffe://example.org/")) {
        throw new IllegalStateException("no SVID");
      }
      double cpu = client.cpuNanos();
      double wall = (double) (System.nanoTime() - start);
      report.nanos(variant, slowed(variant, cpu));
      report.nanos(variant + "-wall", slowed(variant, wall));
    }
  }

  /** A client that connects, gets its SVID and goes, in a JVM that is warm. */
  static void firstFetch(BenchmarkName name, Report report) {
    try (FakeWorkloadApi api = api();
        ChildJvm client = client(name.variant(), "many", api, Scenario.size(400, 2))) {
      report.nanos(slowed(name.variant(), Double.parseDouble(client.line())));
    }
  }

  /** The heap of one more source in a JVM that has one. */
  static void sourceHeap(BenchmarkName name, Report report) {
    try (FakeWorkloadApi api = api();
        ChildJvm client = client(name.variant(), "heap", api, Scenario.size(50, 2))) {
      report.bytes(Double.parseDouble(client.line()));
    }
  }

  /** The size of all jars that a user's build resolves. */
  static void resolvedJars(BenchmarkName name, Report report) {
    try (Stream<Path> jars = Files.list(library(name.variant()))) {
      double bytes = jars.mapToLong(ClientProcess::size).sum();
      report.bytes(name.variant().equals("spiffe4j") ? bytes + Slowdown.bytes() : bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FakeWorkloadApi api() {
    TestTrustDomain domain = TestTrustDomain.of("example.org");
    FakeWorkloadApi api = FakeWorkloadApi.start();
    api.update(domain.context(domain.issue("/ns/default/sa/web")));
    return api;
  }

  private static ChildJvm client(String variant, String what, FakeWorkloadApi api, int count) {
    Path library = library(variant);
    try (Stream<Path> jars = Files.list(library)) {
      String classPath =
          Stream.concat(Stream.of(library.resolveSibling("classes")), jars)
              .map(Path::toString)
              .collect(Collectors.joining(java.io.File.pathSeparator));
      return ChildJvm.start(
          List.of("-Xmx128m", "-XX:+UseSerialGC"),
          classPath,
          variant.equals("bare") ? BARE : CLIENT,
          what,
          api.address().socketPath().orElseThrow().toString(),
          Integer.toString(count));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the build has put the jars. */
  private static Path library(String variant) {
    String folder = variant.equals("javaSpiffe") ? "java-spiffe" : "spiffe4j";
    Path library = Path.of("clients", folder, "target", "lib");
    if (!Files.isDirectory(library)) {
      throw new IllegalStateException(library + " is missing: build with Maven first");
    }
    return library;
  }

  /** The code that is measured is in another process, and in one without our benchmarks. */
  private static double slowed(String variant, double nanos) {
    return variant.equals("spiffe4j") ? nanos + Slowdown.nanos() : nanos;
  }
}
