package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.server.ScriptedHandler;
import dev.spiffe4j.workloadapi.server.WorkloadApiServer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source in processes that have less than most have. */
class LesserJvmTest {
  private static final String MODULES =
      "java.base,java.logging,java.naming,java.management,java.sql,java.xml,jdk.unsupported,jdk.crypto.ec";
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir Path directory;

  /** The other process: says whom it is, and which of two things it has. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      boolean hasRecorder = ModuleLayer.boot().findModule("jdk.jfr").isPresent();
      boolean hasNetty =
          Main.class.getClassLoader().getResource("io/grpc/netty/NettyChannelBuilder.class") != null
              || Main.class.getClassLoader().getResource("io/netty/channel/Channel.class") != null;
      try (X509Source source =
          X509Source.builder(WorkloadApiAddress.parse(args[0])).clock(new HandClock()).connect()) {
        System.out.println(source.x509Svid().spiffeId());
        System.out.println("recorder: " + hasRecorder + ", Netty: " + hasNetty);
      }
    }
  }

  @Test
  void whole() throws Exception {
    assertThat(run(CLASS_PATH))
        .containsExactly("spiffe://example.org/web", "recorder: true, Netty: true");
  }

  @Test
  @DisplayName("a source works where there is no flight recorder")
  void withoutRecorder() throws Exception {
    assertThat(run(CLASS_PATH, "--limit-modules", MODULES))
        .containsExactly("spiffe://example.org/web", "recorder: false, Netty: true");
  }

  @Test
  @DisplayName("a source works where Netty is not: only the server needs it")
  void withoutNetty() throws Exception {
    String classPath =
        Stream.of(CLASS_PATH.split(Pattern.quote(File.pathSeparator), -1))
            .filter(entry -> !Path.of(entry).getFileName().toString().contains("netty"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(run(classPath))
        .containsExactly("spiffe://example.org/web", "recorder: true, Netty: false");
  }

  /** What it prints. */
  private List<String> run(String classPath, String... options) throws Exception {
    TestAuthority own = new TestAuthority("example.org");
    ScriptedHandler handler = new ScriptedHandler();
    handler.x509Context = X509Context.of(List.of(own.svid("web")), List.of(own.bundle()));
    try (WorkloadApiServer server =
        WorkloadApiServer.builder(directory.resolve("api.sock"), handler)
            .untrackedCallers()
            .start()) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of(options));
      command.addAll(List.of("-cp", classPath, Main.class.getName(), server.address().toString()));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return out.lines().toList();
    }
  }
}
