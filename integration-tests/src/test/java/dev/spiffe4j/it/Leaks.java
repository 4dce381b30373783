package dev.spiffe4j.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What a source may leave behind: its threads, by name, and descriptors. */
final class Leaks {
  private static final BlockingQueue<Object> NEVER = new LinkedBlockingQueue<>();
  private static final List<String> THREADS =
      List.of("spiffe-x509-source", "spiffe-workload-api-client", "grpc-", "nioEventLoop");

  private Leaks() {}

  static void awaitNoThread() throws InterruptedException {
    until(() -> threads().isEmpty());
  }

  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> THREADS.stream().anyMatch(name::startsWith))
        .toList();
  }

  static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for what nobody announces. */
  static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it does not happen; threads: " + threads());
      }
      NEVER.poll(5, TimeUnit.MILLISECONDS);
    }
  }
}
