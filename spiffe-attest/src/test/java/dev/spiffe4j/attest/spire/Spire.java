package dev.spiffe4j.attest.spire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** SPIRE's own programs, from the folder that {@code SPIRE_BIN} names, in a folder of their own. */
final class Spire implements AutoCloseable {
  private final Path bin = Path.of(System.getenv("SPIRE_BIN"));
  private final Path folder;
  private final List<Process> running = new ArrayList<>();

  Spire(Path folder) {
    this.folder = folder;
  }

  Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  /** Starts a program that goes on; its output ends in a file. */
  Process start(String program, String... arguments) throws IOException {
    Process process =
        builder(program, arguments)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(program + ".log").toFile())
            .start();
    running.add(process);
    return process;
  }

  /** Runs a program that must succeed, and returns what it printed. */
  String run(String program, String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, program, ".out");
    Process process =
        builder(program, arguments)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private ProcessBuilder builder(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(bin.resolve(program).toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).directory(folder.toFile());
  }

  String log(String program) throws IOException {
    return Files.readString(folder.resolve(program + ".log"), StandardCharsets.UTF_8);
  }

  /** Waits for what the program does in its own time. */
  void await(String program, BooleanSupplier condition) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it did not happen; " + log(program));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  @Override
  public void close() {
    running.forEach(Process::destroyForcibly);
  }
}
