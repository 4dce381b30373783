package dev.spiffe4j.attest.workload;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * An open {@code /proc/<pid>}. The kernel binds it to one process: once that process has ended,
 * every read through it fails, whoever has the PID then.
 */
final class ProcessDirectory implements Closeable {
  private final SecureDirectoryStream<Path> directory;

  private ProcessDirectory(SecureDirectoryStream<Path> directory) {
    this.directory = directory;
  }

  @SuppressWarnings("StreamResourceLeak") // closed with the object that holds it
  static ProcessDirectory open(Path procRoot, int pid) throws IOException {
    DirectoryStream<Path> stream =
        Files.newDirectoryStream(procRoot.resolve(Integer.toString(pid)));
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new ProcessDirectory(secure);
    }
    stream.close();
    throw new IOException("this system cannot hold directories");
  }

  ProcessStat stat() throws IOException {
    return ProcessStat.parse(read("stat", ProcessStat.MAX_BYTES));
  }

  ProcessStatus status() throws IOException {
    return ProcessStatus.parse(read("status", ProcessStatus.MAX_BYTES));
  }

  byte[] read(String file, int maxBytes) throws IOException {
    try (InputStream in = Channels.newInputStream(open(file))) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw new IOException(file + ": more than " + maxBytes + " bytes");
      }
      return content;
    }
  }

  SeekableByteChannel open(String file) throws IOException {
    try {
      return directory.newByteChannel(plainName(file), Set.of(StandardOpenOption.READ));
    } catch (ClosedDirectoryStreamException e) {
      throw new IOException("the process was let go", e);
    }
  }

  /** The attributes of a file, or of what it links to. */
  BasicFileAttributes attributes(String file) throws IOException {
    try {
      return directory
          .getFileAttributeView(plainName(file), BasicFileAttributeView.class)
          .readAttributes();
    } catch (ClosedDirectoryStreamException e) {
      throw new IOException("the process was let go", e);
    }
  }

  /** Anything but a plain name would leave the held directory. */
  private static Path plainName(String file) {
    if (file.isEmpty() || file.indexOf('/') >= 0 || file.startsWith("..")) {
      throw new IllegalArgumentException("file: '" + file + "' (expected: a name without path)");
    }
    return Path.of(file);
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
