package dev.spiffe4j.workloadapi.wire;

import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What holds of each path of a Unix socket. */
public final class SocketPath {
  /** {@code sun_path} holds 108 bytes with the NUL, and the JDK's sockets leave one more unused. */
  public static final int MAX_PATH_BYTES = 106;

  private SocketPath() {}

  /**
   * Refuses a path that a Unix socket cannot have.
   *
   * @throws WorkloadApiException if it is too long
   */
  public static void requireShort(Path path) {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw new WorkloadApiException(
          Reason.BAD_ADDRESS,
          "socket path of " + length + " bytes (expected: <= " + MAX_PATH_BYTES + "): " + path);
    }
  }

  /** Whether there is a socket at a path, and not a link to one. */
  public static boolean isSocket(Path path) {
    return isSocketMode(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether there is a socket at a path; where nobody can tell, it may be one. */
  public static boolean isSocketOrLinkToOne(Path path) {
    return !path.getFileSystem().supportedFileAttributeViews().contains("unix")
        || isSocketMode(path);
  }

  private static boolean isSocketMode(Path path, LinkOption... options) {
    try {
      int mode = (Integer) Files.getAttribute(path, "unix:mode", options);
      return (mode & 0170000) == 0140000;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
