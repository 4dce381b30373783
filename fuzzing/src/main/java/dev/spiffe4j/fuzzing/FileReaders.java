package dev.spiffe4j.fuzzing;

import dev.spiffe4j.SvidFiles;
import dev.spiffe4j.X509Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Directories that others wrote. */
final class FileReaders {
  private FileReaders() {}

  /**
   * Lines {@code =name} begin a file, lines {@code @name target} are links. Names have no folder
   * but {@code federated} and those that begin with two dots.
   */
  static void svidFiles(byte[] data) throws IOException {
    Path directory = Files.createTempDirectory("fuzz");
    try {
      lay(directory, new String(data, StandardCharsets.ISO_8859_1));
      X509Context context = SvidFiles.of(directory).load();
      Path saved = Files.createDirectory(directory.resolve("saved"));
      SvidFiles.of(saved.resolve("new")).save(context);
      X509Context again = SvidFiles.of(saved.resolve("new")).load();
      Inputs.requireSame(context.bundles(), again.bundles());
      Inputs.requireSame(context.x509Svid().chain(), again.x509Svid().chain());
    } finally {
      delete(directory);
    }
  }

  private static void lay(Path directory, String text) throws IOException {
    Path file = null;
    StringBuilder content = new StringBuilder();
    for (String line : text.split("\n", 2000)) {
      if (line.startsWith("=")) {
        write(file, content);
        file = inside(directory, line.substring(1));
      } else if (line.startsWith("@")) {
        String[] words = line.substring(1).split(" ", 2);
        link(directory, inside(directory, words[0]), inside(directory, words[words.length - 1]));
      } else {
        content.append(line).append('\n');
      }
    }
    write(file, content);
  }

  private static void link(Path directory, @Nullable Path link, @Nullable Path target)
      throws IOException {
    if (link != null && target != null && !Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(link.resolveSibling(""));
      Files.createSymbolicLink(link, directory.relativize(target));
    }
  }

  private static void write(@Nullable Path file, StringBuilder content) throws IOException {
    if (file != null && !Files.isDirectory(file)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content, StandardCharsets.ISO_8859_1);
    }
    content.setLength(0);
  }

  /** A fuzzer must not find its way out. */
  private static @Nullable Path inside(Path directory, String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
    for (String folder : new String[] {"federated/", "..set/", "..set/federated/"}) {
      if (name.startsWith(folder)) {
        String last = name.substring(folder.length()).replaceAll("[^A-Za-z0-9._-]", "_");
        return last.matches("\\.{0,2}") || last.length() > 200
            ? null
            : directory.resolve(folder + last);
      }
    }
    return plain.matches("\\.{0,2}") || plain.length() > 200 ? null : directory.resolve(plain);
  }

  private static void delete(Path directory) throws IOException {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                throws IOException {
              Files.delete(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("the fuzzer's own folder", e);
    }
  }
}
