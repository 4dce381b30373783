package dev.spiffe4j.jwt.jose;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** The files of {@code wycheproof.tar.xz} in the folder that {@code spiffe4j.vectors} names. */
final class Wycheproof {
  private static final int BLOCK = 512;

  private Wycheproof() {}

  /** Whether there is a folder; without one the suite is not run. */
  static boolean isThere() {
    return folder() != null;
  }

  private static @Nullable String folder() {
    return System.getProperty("spiffe4j.vectors");
  }

  static JsonObject file(String name) {
    JsonObject file = Archive.ALL.get(name);
    if (file == null) {
      throw new AssertionError(name + " is not in the archive");
    }
    return file;
  }

  private static final class Archive {
    private static final Map<String, JsonObject> ALL = read();

    private static Map<String, JsonObject> read() {
      Map<String, JsonObject> files = new HashMap<>();
      Path archive = Path.of(String.valueOf(folder()), "wycheproof.tar.xz");
      try (InputStream in = new XZInputStream(Files.newInputStream(archive))) {
        byte[] header = in.readNBytes(BLOCK);
        while (header.length == BLOCK && header[0] != 0) {
          int size = Integer.parseInt(text(header, 124, 12).strip(), 8);
          byte[] content = in.readNBytes(size);
          in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
          String name = text(header, 0, 100);
          if (name.endsWith(".json")) {
            files.put(
                name.substring(name.lastIndexOf('/') + 1),
                JsonParser.parseString(new String(content, StandardCharsets.UTF_8))
                    .getAsJsonObject());
          }
          header = in.readNBytes(BLOCK);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return files;
    }

    private static String text(byte[] header, int from, int length) {
      int end = from;
      while (end < from + length && header[end] != 0) {
        end++;
      }
      return new String(header, from, end - from, StandardCharsets.US_ASCII);
    }
  }
}
