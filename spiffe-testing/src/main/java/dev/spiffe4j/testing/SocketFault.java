package dev.spiffe4j.testing;

/** What is wrong with the socket of a {@link FakeWorkloadApi}, while nobody can get through. */
public enum SocketFault {
  /** Nothing is there. */
  MISSING,
  /** A plain file is there. */
  PLAIN_FILE,
  /** A socket is there that nobody listens on, as after a crash. */
  REFUSING,
  /** The server is there, and nobody but root has the permission to connect. */
  DENIED
}
