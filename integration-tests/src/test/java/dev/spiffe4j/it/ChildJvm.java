package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A JVM of its own that runs a small application, compiled from the resources of these tests. */
final class ChildJvm {
  /**
   * What an application does not have: tests, their tools, and the modules that are built on TLS.
   */
  private static final Pattern FOREIGN =
      Pattern.compile(
          "/(integration-tests|spiffe-attest|spiffe-testing)/target/"
              + "|/(junit|opentest4j|apiguardian|assertj|byte-buddy|archunit|slf4j|surefire|bc"
              + "|java-spiffe|grpc-netty-linux)[^/]*\\.jar$");

  private final Path directory;
  private final String application;

  /** How it has ended, and all that it has said. */
  record Ended(int status, List<String> lines) {}

  private ChildJvm(Path directory, String application) {
    this.directory = directory;
    this.application = application;
  }

  /** Compiles an application into a directory; as a module, it finds ours as modules. */
  static ChildJvm compile(Path directory, String application)
      throws IOException, URISyntaxException {
    Path sources =
        Path.of(
            Objects.requireNonNull(ChildJvm.class.getResource("/modules/" + application)).toURI());
    List<String> arguments =
        new ArrayList<>(List.of("-p", path(), "-proc:none", "-d", directory.toString()));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(status).isZero();
    return new ChildJvm(directory, application);
  }

  /** Our modules for applications, and what they need. */
  private static String path() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !FOREIGN.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  List<String> onModulePath(String... options) {
    List<String> command = java(options);
    command.addAll(
        List.of(
            "--module-path",
            path() + File.pathSeparator + directory,
            "-m",
            application + "/" + main()));
    return command;
  }

  List<String> onClassPath(String... options) {
    List<String> command = java(options);
    command.addAll(List.of("-cp", path() + File.pathSeparator + directory, main()));
    return command;
  }

  private String main() {
    return application + ".Main";
  }

  private static List<String> java(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of(options));
    return command;
  }

  /** Newer JVMs print warnings of native libraries. */
  private static boolean isItsOwn(String line) {
    return !line.isEmpty() && !line.startsWith("WARNING:");
  }

  static Ended run(List<String> command, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
      return new Ended(process.exitValue(), said.lines().filter(ChildJvm::isItsOwn).toList());
    } finally {
      process.destroyForcibly();
    }
  }
}
