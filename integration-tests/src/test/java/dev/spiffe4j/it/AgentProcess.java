package dev.spiffe4j.it;

import dev.spiffe4j.testing.FakeWorkloadApi;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A Workload API in a process of its own, which can be killed. */
final class AgentProcess implements AutoCloseable {
  private final Process process;

  private AgentProcess(Process process) {
    this.process = process;
  }

  /** Starts one, and waits until it serves. */
  static AgentProcess start(Path socket, String path) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AgentProcess.class.getName(),
                socket.toString(),
                path)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    if (!"serving".equals(said.readLine())) {
      process.destroyForcibly();
      throw new AssertionError("the agent did not start");
    }
    return new AgentProcess(process);
  }

  @Override
  public void close() {
    kill();
  }

  /** As kill -9: the socket stays, and nobody listens. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the agent did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] arguments) throws IOException {
    TestTrustDomain domain = TestTrustDomain.of("example.org");
    try (FakeWorkloadApi api = FakeWorkloadApi.start(Path.of(arguments[0]))) {
      api.update(domain.context(domain.issue(arguments[1])));
      System.out.println("serving");
      // Until it is killed, or its parent has gone.
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
