package dev.spiffe4j.benchmarks;

/** What streams are opened to, and what sends one update to all of them. */
interface StreamServer extends AutoCloseable {
  /** The bytes of an update are about as many as an SVID with its bundles has. */
  int UPDATE_BYTES = 3 * 1024;

  /** Starts one whose messages have at least so many bytes. */
  static StreamServer start(String variant, String socket, int streams, int bytes)
      throws Exception {
    return switch (variant) {
      case "spiffe4j" -> new WorkloadApiStreams(socket, streams, bytes);
      case "bare" -> new BareStreams(socket, bytes);
      default -> throw new IllegalArgumentException(variant);
    };
  }

  /** Sends the next update to all streams. */
  void update();

  @Override
  void close();
}
