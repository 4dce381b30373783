package dev.spiffe4j.tls.foreign;

import dev.spiffe4j.tls.stack.Stack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process of another program; what it prints goes to a file. It ends with this object. */
final class RunningTool implements AutoCloseable {
  private final Process process;
  private final List<Path> output;

  private RunningTool(Process process, List<Path> output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a program.
   *
   * @param logs other files that it writes to
   */
  static RunningTool start(Path directory, List<Path> logs, List<String> command)
      throws IOException {
    Path printed = Files.createTempFile(directory, "printed", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    List<Path> output = new ArrayList<>(logs);
    output.add(printed);
    return new RunningTool(process, output);
  }

  static RunningTool start(Path directory, List<String> command) throws IOException {
    return start(directory, List.of(), command);
  }

  /** Has a client of TLS ask for a page. */
  static Tool.Called ask(Path directory, List<String> command)
      throws IOException, InterruptedException {
    try (RunningTool client = start(directory, command)) {
      String output = client.say(Stack.REQUEST);
      return new Tool.Called(output.contains("HTTP/1.1 200"), output);
    }
  }

  static boolean isThere(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Process process() {
    return process;
  }

  /** What it has printed and logged until now. */
  String output() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : output) {
      if (Files.exists(file)) {
        text.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }

  /** Says something to it, and waits for its end. */
  String say(byte[] words) throws IOException, InterruptedException {
    try (var in = process.getOutputStream()) {
      in.write(words);
      in.flush();
      // Some end with their input, and before the answer.
      if (!process.waitFor(Stack.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("does not end: " + output());
      }
    } catch (IOException e) {
      // Gone before it has heard everything.
      process.waitFor();
    }
    return output();
  }

  RunningTool awaitPort(int port) throws IOException {
    await(
        () -> {
          new Socket(InetAddress.getLoopbackAddress(), port).close();
        });
    return this;
  }

  RunningTool awaitSocket(Path path) throws IOException {
    await(() -> SocketChannel.open(UnixDomainSocketAddress.of(path)).close());
    return this;
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private void await(Attempt attempt) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Stack.PATIENCE_SECONDS);
    while (true) {
      try {
        attempt.run();
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          close();
          throw new IOException("not up: " + output(), e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  /** One request to a server of plain HTTP. */
  static String get(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      Channels.newOutputStream(channel).write(Stack.REQUEST);
      return new String(
          Channels.newInputStream(channel).readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** Politely at first, so that a master takes its workers along. */
  @Override
  public void close() {
    List<ProcessHandle> workers = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    workers.forEach(ProcessHandle::destroyForcibly);
  }
}
