package dev.spiffe4j.attest.workload;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.server.CallerTracker;
import dev.spiffe4j.workloadapi.server.PeerCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Takes hold of the process at the other end of a Unix socket, so that its PID cannot come to mean
 * another process. Linux only. Immutable and thread-safe.
 *
 * <p>With a pidfd (Linux 6.5 and later) there is no doubt: the kernel took it from the very process
 * that connected. Without one, the start time and the effective user and group must fit; a process
 * of the same user that gets the PID between the connection and this look at it is not noticed.
 */
public final class PeerTracker implements CallerTracker {
  private static final int MAX_FDINFO_BYTES = 4096;

  private final Path procRoot;
  private final boolean usePidfd;

  private PeerTracker(Builder builder) {
    this.procRoot = builder.procRoot;
    this.usePidfd = builder.usePidfd;
  }

  /**
   * Makes a tracker that reads {@code /proc}.
   *
   * @return the tracker
   */
  public static PeerTracker create() {
    return builder().build();
  }

  /**
   * Starts a tracker with options.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public TrackedProcess track(PeerCredentials peer) {
    // The kernel says 0 for a process that our PID namespace does not show.
    if (peer.pid() <= 0) {
      throw gone(peer, "is of another PID namespace");
    }
    try {
      return usePidfd && peer.hasPidfd() ? trackByPidfd(peer) : trackByStartTime(peer);
    } catch (NoSuchFileException e) {
      throw new WorkloadApiException(Reason.CALLER_GONE, "process " + peer.pid() + " is gone", e);
    } catch (IOException e) {
      throw new WorkloadApiException(
          Reason.UNAVAILABLE, "process " + peer.pid() + " cannot be looked at", e);
    }
  }

  /** The pidfd says the same PID before and after: the directory is of its process. */
  private TrackedProcess trackByPidfd(PeerCredentials peer) throws IOException {
    requirePidOfPidfd(peer);
    ProcessDirectory directory = ProcessDirectory.open(procRoot, peer.pid());
    try {
      String startTime = requireRunning(peer, directory);
      requirePidOfPidfd(peer);
      return new TrackedProcess(peer, procRoot, directory, startTime, true);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private TrackedProcess trackByStartTime(PeerCredentials peer) throws IOException {
    requireOwnNamespace();
    ProcessDirectory directory = ProcessDirectory.open(procRoot, peer.pid());
    try {
      String startTime = requireRunning(peer, directory);
      if (!isOf(peer, directory.status())) {
        throw gone(peer, "acts for another user or group than the one that connected");
      }
      return new TrackedProcess(peer, procRoot, directory, startTime, false);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** Read below the same root as the process itself, so that both are of one PID namespace. */
  private void requirePidOfPidfd(PeerCredentials peer) throws IOException {
    Path fdinfo = procRoot.resolve("self/fdinfo").resolve(Integer.toString(peer.pidfd()));
    String text;
    try (var in = Files.newInputStream(fdinfo)) {
      text = new String(in.readNBytes(MAX_FDINFO_BYTES), StandardCharsets.US_ASCII);
    }
    // -1 once the process has been reaped, 0 if the namespace does not show it.
    String expected = "Pid:\t" + peer.pid();
    if (text.lines().noneMatch(expected::equals)) {
      throw gone(peer, "is not the one that connected");
    }
  }

  private void requireOwnNamespace() throws IOException {
    String self = Files.readSymbolicLink(procRoot.resolve("self")).toString();
    if (!self.equals(Long.toString(ProcessHandle.current().pid()))) {
      throw new IOException(procRoot + " shows another PID namespace");
    }
  }

  private static String requireRunning(PeerCredentials peer, ProcessDirectory directory)
      throws IOException {
    ProcessStat stat = directory.stat();
    if (!stat.isRunning()) {
      throw gone(peer, "has ended");
    }
    return stat.startTime();
  }

  /**
   * Whether a process acts for the user and group that connected. Not by the owner of its files,
   * which is root for a process that must not be dumped.
   */
  static boolean isOf(PeerCredentials peer, ProcessStatus status) {
    return status.uid() == Integer.toUnsignedLong(peer.uid())
        && status.gid() == Integer.toUnsignedLong(peer.gid());
  }

  private static WorkloadApiException gone(PeerCredentials peer, String why) {
    return new WorkloadApiException(Reason.CALLER_GONE, "process " + peer.pid() + " " + why);
  }

  /** Puts a tracker together. Not thread-safe. */
  public static final class Builder {
    private Path procRoot = Path.of("/proc");
    private boolean usePidfd = true;

    private Builder() {}

    /**
     * Sets where the proc file system is; {@code /proc} otherwise.
     *
     * @param procRoot the mount point; it must show our own PID namespace
     * @return this
     */
    public Builder procRoot(Path procRoot) {
      this.procRoot = requireNonNull(procRoot, "procRoot");
      return this;
    }

    /**
     * Sets whether a pidfd is used where there is one.
     *
     * @param usePidfd false to go by start time and credentials, as on Linux before 6.5
     * @return this
     */
    public Builder usePidfd(boolean usePidfd) {
      this.usePidfd = usePidfd;
      return this;
    }

    /**
     * Makes the tracker.
     *
     * @return the tracker
     */
    public PeerTracker build() {
      return new PeerTracker(this);
    }
  }
}
