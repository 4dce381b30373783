package dev.spiffe4j.examples.demo;

import dev.spiffe4j.attest.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Each role runs an executable of its own, a copy of the Java launcher; needs no privilege. */
final class CastingByExecutable implements Casting {
  private final Path java;
  private final Map<String, Path> launchers;

  private CastingByExecutable(Path java, Map<String, Path> launchers) {
    this.java = java;
    this.launchers = launchers;
  }

  static Casting of(Path javaHome, Path directory) throws IOException {
    return new CastingByExecutable(
        javaHome.resolve("bin/java"),
        Map.of(
            "billing", launcher(javaHome, directory.resolve("billing")),
            "web", launcher(javaHome, directory.resolve("web"))));
  }

  /** A Java home whose launcher is a file of its own, and all else is the real one's. */
  private static Path launcher(Path javaHome, Path home) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.createSymbolicLink(home.resolve("lib"), javaHome.resolve("lib"));
    Files.createSymbolicLink(home.resolve("conf"), javaHome.resolve("conf"));
    Path launcher = home.resolve("bin/java");
    Files.copy(javaHome.resolve("bin/java"), launcher);
    if (!launcher.toFile().setExecutable(true, false)) {
      throw new IOException("cannot make " + launcher + " executable");
    }
    return launcher.toRealPath(LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public String means() {
    return "the path of their executable";
  }

  @Override
  public Selector selector(String role) {
    return new Selector("unix", "path:" + launcherOf(role));
  }

  @Override
  public List<String> command(String role, List<String> javaArguments) {
    List<String> command = new ArrayList<>(List.of(launcherOf(role).toString()));
    command.addAll(javaArguments);
    return command;
  }

  @Override
  public List<String> impostor(String role, List<String> javaArguments) {
    // The argument list begins with the launcher's name, and another file is executed. A shell
    // would
    // add to the environment.
    List<String> command =
        new ArrayList<>(
            List.of(
                "perl",
                "-e",
                "$program = shift; exec {$program} @ARGV",
                java.toString(),
                launcherOf(role).toString()));
    command.addAll(javaArguments);
    return command;
  }

  private Path launcherOf(String role) {
    return launchers.getOrDefault(role, java);
  }
}
