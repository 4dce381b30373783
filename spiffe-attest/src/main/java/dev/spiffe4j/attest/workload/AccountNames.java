package dev.spiffe4j.attest.workload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names by number, of a file in the form of {@code /etc/passwd} or {@code /etc/group}. The file is
 * read again when it has changed. Thread-safe.
 */
final class AccountNames {
  /** A larger file names nobody. */
  static final int MAX_BYTES = 8 * 1024 * 1024;

  private static final int NAME = 0;
  private static final int ID = 2;

  private final Path file;
  private volatile @Nullable Snapshot snapshot;

  AccountNames(Path file) {
    this.file = file;
  }

  /** The name of a number: of several, as the system does, the first one. */
  Optional<String> name(long id) {
    try {
      return Optional.ofNullable(current().names().get(id));
    } catch (IOException e) {
      // Without the file, nobody has a name, and no entry that asks for one matches.
      return Optional.empty();
    }
  }

  private Snapshot current() throws IOException {
    Stamp stamp = Stamp.of(file);
    Snapshot known = snapshot;
    if (known != null && known.stamp().equals(stamp)) {
      return known;
    }
    Snapshot read = new Snapshot(stamp, read(file));
    snapshot = read;
    return read;
  }

  private static Map<Long, String> read(Path file) throws IOException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_BYTES + 1);
    }
    if (content.length > MAX_BYTES) {
      throw new IOException(file + ": more than " + MAX_BYTES + " bytes");
    }
    Map<Long, String> names = new HashMap<>();
    new String(content, StandardCharsets.UTF_8).lines().forEach(line -> addLine(names, line));
    return Map.copyOf(names);
  }

  private static void addLine(Map<Long, String> names, String line) {
    String[] fields = line.split(":", ID + 2);
    if (fields.length <= ID || fields[NAME].isBlank()) {
      return;
    }
    try {
      names.putIfAbsent(Long.parseLong(fields[ID]), fields[NAME]);
    } catch (NumberFormatException e) {
      // Not an account: a comment, or a reference to a directory service.
      return;
    }
  }

  private record Snapshot(Stamp stamp, Map<Long, String> names) {}

  /** What differs when a file was written to or replaced. */
  private record Stamp(@Nullable Object key, FileTime modified, long size) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
    }
  }
}
