package dev.spiffe4j.workloadapi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Counts what a source may leave behind. */
record Leaks(long descriptors) {
  static Leaks now() {
    return new Leaks(count());
  }

  /** Waits until no thread of a name and no more descriptors than before are there. */
  void awaitNone(String... threadNames) throws InterruptedException {
    Await.until(() -> threads(threadNames).isEmpty());
    Await.until(() -> count() <= descriptors);
  }

  static List<String> threads(String... prefixes) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> Stream.of(prefixes).anyMatch(name::startsWith))
        .toList();
  }

  private static long count() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
