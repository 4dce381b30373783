package dev.spiffe4j.attest.workload;

import dev.spiffe4j.workloadapi.server.PeerCredentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Real child processes, which end with the test at the latest. */
final class Children implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final List<Process> processes = new ArrayList<>();

  /** Starts a process. */
  Process start(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      processes.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a shell script and waits for its first line, which says that it is ready. */
  Started script(String script) {
    return ready("sh", "-c", script);
  }

  /** Starts a command and waits for its first line. */
  Started ready(String... command) {
    Process process = start(command);
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    try {
      return new Started(process, reader, String.valueOf(reader.readLine()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void end(Process process) throws InterruptedException, TimeoutException {
    process.destroyForcibly();
    if (!process.waitFor(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
      throw new TimeoutException("the child does not end");
    }
  }

  /** Waits for something that the kernel does in its own time. */
  static void await(BooleanSupplier condition) throws TimeoutException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("still not so");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** The name of what a process runs now. */
  static String command(Process process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/comm")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PeerCredentials credentials(Process process, int uid, int gid) {
    return new PeerCredentials(Math.toIntExact(process.pid()), uid, gid, -1);
  }

  /** What the kernel would say if this very process connected. */
  static PeerCredentials own(Process process) {
    return credentials(process, ownId("Uid"), ownId("Gid"));
  }

  private static int ownId(String name) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> Integer.parseUnsignedInt(line.split("\\s+", -1)[2]))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isRoot() {
    return ownId("Uid") == 0;
  }

  /** Whether a program is on the path. */
  static boolean has(String program) {
    try {
      Process which = new ProcessBuilder("sh", "-c", "command -v " + program).start();
      return which.waitFor(30, TimeUnit.SECONDS) && which.exitValue() == 0;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }

  /** A process that has said its first line. */
  record Started(Process process, BufferedReader output, String firstLine) {
    /** Writes a line to its input. */
    void tell(String line) throws IOException {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }
  }
}
