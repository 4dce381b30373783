package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.server.ScriptedHandler;
import dev.spiffe4j.workloadapi.server.WorkloadApiServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source in a run-time image without the flight recorder. */
class NoRecorderTest {
  private static final String MODULES =
      "java.base,java.logging,java.naming,java.management,java.sql,java.xml,jdk.unsupported,jdk.crypto.ec";

  @TempDir Path directory;

  /** The other process: says whom it is. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      boolean hasRecorder = ModuleLayer.boot().findModule("jdk.jfr").isPresent();
      try (X509Source source =
          X509Source.builder(WorkloadApiAddress.parse(args[0])).clock(new HandClock()).connect()) {
        System.out.println(hasRecorder + " " + source.x509Svid().spiffeId());
      }
    }
  }

  @Test
  @DisplayName("a source works where there is no flight recorder")
  void worksWithout() throws Exception {
    TestAuthority own = new TestAuthority("example.org");
    ScriptedHandler handler = new ScriptedHandler();
    handler.x509Context = X509Context.of(List.of(own.svid("web")), List.of(own.bundle()));
    try (WorkloadApiServer server =
        WorkloadApiServer.builder(directory.resolve("api.sock"), handler)
            .untrackedCallers()
            .start()) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--limit-modules",
                  MODULES,
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  server.address().toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(out.strip()).isEqualTo("false spiffe://example.org/web");
    }
  }
}
