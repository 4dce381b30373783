package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("SvidFiles of a process that is killed")
final class SvidFilesProcessTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("whole sets are left, private whatever the umask, and the next process goes on")
  void leavesWholeSets() throws IOException, InterruptedException {
    Path directory = folder.resolve("svid");
    for (int process = 0; process < 3; process++) {
      killAfter(5 + process, directory);
      X509Context left = SvidFiles.of(directory).load();
      assertThat(left.x509Svid().spiffeId()).hasToString("spiffe://example.org/web");
      assertThat(left.bundles()).hasSize(2);
      assertPrivate(directory);
    }
  }

  private static void killAfter(int saves, Path directory)
      throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                "sh",
                "-c",
                "umask 000; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SvidFilesWriter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = writer.inputReader()) {
      for (int i = 0; i < saves; i++) {
        assertThat(lines.readLine()).isEqualTo("saved");
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  private static void assertPrivate(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(path -> !Files.isSymbolicLink(path)).toList()) {
        String expected = Files.isDirectory(path) ? "rwx------" : "rw-------";
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)))
            .as("mode of %s", path)
            .isEqualTo(expected);
      }
    }
  }
}
