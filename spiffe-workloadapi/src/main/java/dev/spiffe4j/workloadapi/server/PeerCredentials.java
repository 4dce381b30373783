package dev.spiffe4j.workloadapi.server;

/**
 * What the kernel says of the process that connected to the socket.
 *
 * @param pid its process ID at the time, in our PID namespace; never 0
 * @param uid its effective user
 * @param gid its effective group
 * @param pidfd a descriptor of the process (Linux 6.5 and later), or -1; owned by the server, open
 *     as long as the connection
 */
public record PeerCredentials(int pid, int uid, int gid, int pidfd) {
  /**
   * Whether there is a descriptor of the process.
   *
   * @return true if there is
   */
  public boolean hasPidfd() {
    return pidfd >= 0;
  }
}
