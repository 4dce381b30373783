package dev.spiffe4j.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A child process and the events that it prints, one a line. */
final class ChildProcess implements AutoCloseable {
  private final String name;
  private final Process process;
  private final List<Event> events = new ArrayList<>();
  private final Thread reader;
  private boolean ended;

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.reader = new Thread(this::read, "demo-reader-" + name);
    reader.setDaemon(true);
  }

  static ChildProcess start(String name, ProcessBuilder command) throws IOException {
    Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    ChildProcess child = new ChildProcess(name, process);
    child.reader.start();
    return child;
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        add(Event.parse(line));
      }
    } catch (IOException e) {
      // The process was killed: there is nothing more to read.
      add(Event.of("ended"));
    } finally {
      end();
    }
  }

  private synchronized void add(Event event) {
    events.add(event);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** All events so far. */
  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** Waits for the first event, of those printed from an index on, that satisfies a condition. */
  synchronized Event await(int from, Predicate<Event> condition, String what)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    int next = from;
    while (true) {
      for (; next < events.size(); next++) {
        if (condition.test(events.get(next))) {
          return events.get(next);
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (ended || left <= 0) {
        throw new StepFailed(name + " never said: " + what + "; it said " + tail());
      }
      wait(left);
    }
  }

  Event await(String kind) throws InterruptedException {
    return await(0, event -> event.kind().equals(kind), kind);
  }

  private List<Event> tail() {
    return events.subList(Math.max(0, events.size() - 5), events.size());
  }

  /** Sends a command line to the process. */
  void tell(String command) throws IOException {
    var input = process.outputWriter(StandardCharsets.UTF_8);
    input.write(command);
    input.newLine();
    input.flush();
  }

  /** Kills the process as the kernel would: without a word to it. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new StepFailed(name + " does not die");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
