package dev.spiffe4j;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;

/** Reading of files of bounded size, which leaves no copy of their content but the one returned. */
final class DocumentFile {
  private static final int FIRST_READ = 16 * 1024;

  private DocumentFile() {}

  static byte[] read(Path file, OpenOption... options) {
    try (InputStream in = Files.newInputStream(file, options)) {
      return read(in);
    } catch (IOException e) {
      throw new InvalidDocumentException(Reason.IO_ERROR, "cannot read " + file, e);
    }
  }

  private static byte[] read(InputStream in) throws IOException {
    byte[] buffer = new byte[FIRST_READ];
    int length = 0;
    try {
      int count;
      while ((count = in.read(buffer, length, buffer.length - length)) >= 0) {
        length += count;
        if (length > PemReader.MAX_BYTES) {
          throw new InvalidDocumentException(
              Reason.TOO_LARGE, "file of more than " + PemReader.MAX_BYTES + " bytes");
        }
        if (length == buffer.length) {
          byte[] larger = Arrays.copyOf(buffer, 2 * length);
          Arrays.fill(buffer, (byte) 0);
          buffer = larger;
        }
      }
      return Arrays.copyOf(buffer, length);
    } finally {
      Arrays.fill(buffer, (byte) 0);
    }
  }
}
