package dev.spiffe4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The path of a socket in a directory of its own; both are gone with this object. */
final class TemporarySocket implements AutoCloseable {
  private final Path directory;

  TemporarySocket() throws IOException {
    directory = Files.createTempDirectory("spiffe4j-benchmark");
  }

  Path path() {
    return directory.resolve("s");
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path());
    Files.delete(directory);
  }
}
