package dev.spiffe4j.attest.workload;

import java.io.IOException;
import java.nio.file.Path;

/** Lets a fuzzer in where the system's files are read. */
public final class ProcessFiles {
  private ProcessFiles() {}

  /**
   * Reads {@code /proc/PID/stat}.
   *
   * @param content the file's
   * @throws IOException if it is not one
   */
  public static void stat(byte[] content) throws IOException {
    ProcessStat.parse(content).isRunning();
  }

  /**
   * Reads {@code /proc/PID/status}.
   *
   * @param content the file's
   * @throws IOException if it is not one
   */
  public static void status(byte[] content) throws IOException {
    ProcessStatus.parse(content);
  }

  /**
   * Finds the name of number 1000.
   *
   * @param file like {@code /etc/passwd}
   * @throws IOException if it has none
   */
  public static void names(Path file) throws IOException {
    String name =
        new AccountNames(file).name(1000).orElseThrow(() -> new IOException("it has no name"));
    if (name.isBlank() || name.indexOf(':') >= 0) {
      throw new AssertionError("not a name: " + name);
    }
  }
}
