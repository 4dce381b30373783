package dev.spiffe4j.workloadapi.http2;

/** How much the server may send (RFC 9113 §6.9). */
final class ReceiveWindow {
  /** As much as other implementations of gRPC allow. */
  static final int SIZE = 1 << 20;

  private int size = SIZE;
  private int used;

  /** Whether the server was allowed to send so much. */
  boolean receive(int bytes) {
    size -= bytes;
    return size >= 0;
  }

  /**
   * What was received is not held by anybody.
   *
   * @return as {@link #release} says
   */
  int pass(int bytes) {
    size -= bytes;
    return release(bytes);
  }

  /**
   * What was received is not held any more.
   *
   * @return how much to allow anew, now that it is worth a frame, or 0
   */
  int release(int bytes) {
    used += bytes;
    if (used < SIZE / 2) {
      return 0;
    }
    int allowed = used;
    used = 0;
    size += allowed;
    return allowed;
  }
}
