package dev.spiffe4j.tls;

import java.math.BigInteger;

/** One connection that is up. */
public interface Wire extends AutoCloseable {
  /** Asks the server whose certificate it has seen: a message there and back. */
  BigInteger clientAsSeen() throws Exception;

  /** Whose certificate the client has seen. */
  BigInteger serverAsSeen() throws Exception;

  /** Waits until both sides know that it is over. */
  void awaitClosed() throws Exception;

  @Override
  void close();
}
