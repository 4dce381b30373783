package dev.spiffe4j.attest.workload;

import dev.spiffe4j.workloadapi.server.Caller;
import dev.spiffe4j.workloadapi.server.PeerCredentials;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that a {@link PeerTracker} holds by its {@code /proc} directory. Whatever is read here
 * is of the process that connected, or the read fails: a later process with the same PID is never
 * mistaken for it. Thread-safe.
 *
 * <p>What the process is may still change while it lives: it may run another program, or change its
 * user. A socket that it passes on keeps speaking in its name.
 */
public final class TrackedProcess implements Caller {
  private static final System.Logger LOGGER = System.getLogger(TrackedProcess.class.getName());

  private final PeerCredentials credentials;
  private final Path procRoot;
  private final ProcessDirectory directory;
  private final String startTime;
  private final boolean heldByPidfd;

  TrackedProcess(
      PeerCredentials credentials,
      Path procRoot,
      ProcessDirectory directory,
      String startTime,
      boolean heldByPidfd) {
    this.credentials = credentials;
    this.procRoot = procRoot;
    this.directory = directory;
    this.startTime = startTime;
    this.heldByPidfd = heldByPidfd;
  }

  @Override
  public PeerCredentials credentials() {
    return credentials;
  }

  @Override
  public boolean isAlive() {
    try {
      ProcessStat stat = directory.stat();
      return stat.isRunning()
          && stat.startTime().equals(startTime)
          && (heldByPidfd || PeerTracker.isOf(credentials, directory.status()));
    } catch (IOException e) {
      // It has ended, or nobody can tell that it has not.
      return false;
    }
  }

  /**
   * Reads a file of the process's {@code /proc} directory.
   *
   * @param file the file's name, such as {@code cgroup}
   * @param maxBytes the most that is read
   * @return its content
   * @throws IOException if the process has ended, or the file cannot be read or is larger
   */
  public byte[] read(String file, int maxBytes) throws IOException {
    return directory.read(file, maxBytes);
  }

  /**
   * Opens a file of the process's {@code /proc} directory. A link is followed by the kernel: {@code
   * exe} is the program that runs, even if its path leads elsewhere by now.
   *
   * @param file the file's name, such as {@code exe}
   * @return the open file, to be closed by the caller
   * @throws IOException if the process has ended, or the file cannot be opened
   */
  public SeekableByteChannel open(String file) throws IOException {
    return directory.open(file);
  }

  /**
   * Where the program that runs was when it was started, in the process's own file system.
   *
   * @return the path as the kernel tells it, with {@code (deleted)} behind it if it is gone
   * @throws IOException if the process has ended, or the path cannot be read
   */
  public Path executable() throws IOException {
    Path link = procRoot.resolve(Integer.toString(credentials.pid())).resolve("exe");
    Path target = Files.readSymbolicLink(link);
    // Links cannot be read through the held directory. If the process lives now, its PID was its
    // own at that moment too.
    if (!isAlive()) {
      throw new IOException("the process has ended");
    }
    return target;
  }

  ProcessStatus status() throws IOException {
    return directory.status();
  }

  /** Which file runs: two programs never have the same key at the same time. */
  Object executableKey() throws IOException {
    Object key = directory.attributes("exe").fileKey();
    if (key == null) {
      throw new IOException("exe: no file key");
    }
    return key;
  }

  @Override
  public void close() {
    try {
      directory.close();
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "a process directory could not be closed", e);
    }
  }

  /** Returns the PID and the user. */
  @Override
  public String toString() {
    return "TrackedProcess[pid="
        + credentials.pid()
        + ", uid="
        + Integer.toUnsignedString(credentials.uid())
        + "]";
  }
}
