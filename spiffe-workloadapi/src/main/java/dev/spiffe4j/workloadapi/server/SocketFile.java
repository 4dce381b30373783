package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.wire.SocketPath;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The file of a server's socket. The socket is bound under another name and moved to its own one
 * when it listens and has its permissions, so that clients never meet one that is half ready, and
 * so that the transport, which deletes what it has bound, cannot delete the socket of another.
 */
final class SocketFile {
  private final Path path;
  private final Path bindPath;
  private @Nullable Object key;

  private SocketFile(Path path, Path bindPath) {
    this.path = path;
    this.bindPath = bindPath;
  }

  /**
   * Looks whether a server may listen at a path.
   *
   * @throws WorkloadApiException if it may not
   */
  static SocketFile prepare(Path path) {
    SocketPath.requireShort(path);
    Path directory = path.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new WorkloadApiException(
          Reason.BAD_ADDRESS, "socket path " + path + " is not in an existing directory");
    }
    requireUnused(path);
    int random = ThreadLocalRandom.current().nextInt();
    Path bindPath = directory.resolve("." + HexFormat.of().toHexDigits(random, 7));
    SocketPath.requireShort(bindPath);
    return new SocketFile(path, bindPath);
  }

  private static void requireUnused(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!SocketPath.isSocket(path)) {
      throw new WorkloadApiException(Reason.NOT_A_SOCKET, path + " exists and is not a socket");
    }
    if (isAnswered(path)) {
      throw new WorkloadApiException(
          Reason.ADDRESS_IN_USE, "another server answers on socket " + path);
    }
  }

  private static boolean isAnswered(Path path) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // Not blocking: a server with a full queue would make us wait for ever.
      probe.configureBlocking(false);
      probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      // Whoever may not connect cannot tell, and so must not replace it.
      return true;
    }
  }

  /** Where to bind. */
  Path bindPath() {
    return bindPath;
  }

  /** Makes the bound socket reachable. */
  void publish(Set<PosixFilePermission> permissions) throws IOException {
    Files.setPosixFilePermissions(bindPath, permissions);
    key = fileKey(bindPath);
    Files.move(bindPath, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes the file if it is still ours; to be called while the socket is open. */
  void remove() {
    try {
      Files.deleteIfExists(bindPath);
      if (key != null && key.equals(fileKey(path))) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      // Somebody else has removed it.
    } catch (IOException e) {
      System.getLogger(SocketFile.class.getName())
          .log(System.Logger.Level.WARNING, "cannot remove socket " + path, e);
    }
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }
}
