package dev.spiffe4j.workloadapi.server;

/**
 * The process at the other end of one connection, held so that no other process can be mistaken for
 * it. Implementations are thread-safe, and quick: they are asked before each message.
 */
public interface Caller extends AutoCloseable {
  /**
   * What the kernel said when the process connected.
   *
   * @return the credentials
   */
  PeerCredentials credentials();

  /**
   * Whether the process that connected still runs, under the same PID.
   *
   * @return false once it has ended, for ever
   */
  boolean isAlive();

  /**
   * Lets go of the process; the server calls it once, when the connection has ended and before the
   * pidfd is closed. Calls of that connection may still be running, and get no answer through.
   */
  @Override
  void close();
}
