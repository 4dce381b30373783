package dev.spiffe4j.workloadapi.http2;

/** How much the server allows to send (RFC 9113 §6.9). */
final class SendWindow {
  static final int DEFAULT_SIZE = 65_535;

  private int size;

  SendWindow(int size) {
    this.size = size;
  }

  /** May be negative, after the server has made its first size smaller (§6.9.2). */
  int size() {
    return size;
  }

  void take(int bytes) {
    size -= bytes;
  }

  /** Whether it could be changed: it may not become larger than 2^31-1 (§6.9.1). */
  boolean change(int by) {
    long changed = (long) size + by;
    if (changed > Integer.MAX_VALUE) {
      return false;
    }
    size = (int) changed;
    return true;
  }
}
